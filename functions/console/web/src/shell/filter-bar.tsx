import { ActionIcon, Button, Group, MultiSelect, Popover, Select, Stack, Switch, Tooltip } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconAdjustmentsHorizontal, IconCalendar, IconFilterOff, IconLink } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useKnown } from '../api/queries'
import { FILTERED, type Filtered, type Filters, LABELS, RANGES, type RangeName, useFilters } from '../filters'
import { at, words } from '../ui/format'
import { Loading } from '../ui/states'

const Custom = lazy(() => import('./custom-range'))

const CUSTOM = 'custom'

export function FilterBar() {
  const [filters, set] = useFilters()
  const [isOpen, setIsOpen] = useState(false)
  const chosen = Object.keys(filters.where).length
  return (
    <Stack gap={6} mb="md" role="search" aria-label="Filters" className="filter-bar">
      <Group gap="xs" align="center">
        <RangeChoice filters={filters} set={set} />
        <Switch
          size="sm"
          label="Live"
          checked={filters.live}
          disabled={filters.range.kind === 'between'}
          onChange={(event) => set({ live: event.currentTarget.checked })}
        />
        <Button
          hiddenFrom="sm"
          size="xs"
          variant="default"
          leftSection={<IconAdjustmentsHorizontal size={14} />}
          onClick={() => setIsOpen(!isOpen)}
          aria-expanded={isOpen}
        >
          Filters{chosen ? ` (${chosen})` : ''}
        </Button>
        <Group gap="xs" className={isOpen ? 'choices open' : 'choices'}>
          {FILTERED.map((dimension) => (
            <Choice key={dimension} dimension={dimension} filters={filters} set={set} />
          ))}
        </Group>
        {chosen ? (
          <Tooltip label="Take all filters away">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Take all filters away"
              onClick={() => set({ where: {} })}
            >
              <IconFilterOff size={16} />
            </ActionIcon>
          </Tooltip>
        ) : null}
        <Tooltip label="Copy a link to just this view">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label="Copy a link to this view"
            onClick={() => void copied(location.href)}
          >
            <IconLink size={16} />
          </ActionIcon>
        </Tooltip>
      </Group>
    </Stack>
  )
}

export async function copied(text: string): Promise<void> {
  await navigator.clipboard.writeText(text)
  notifications.show({ message: 'The link is copied.' })
}

interface Part {
  filters: Filters
  set: (changed: Partial<Filters>) => void
}

function RangeChoice({ filters, set }: Part) {
  const { range } = filters
  const [isAsking, setIsAsking] = useState(false)
  const value = range.kind === 'between' ? CUSTOM : range.name
  const custom = range.kind === 'between' ? `${at(range.start)} – ${at(range.end)}` : 'Custom …'
  return (
    <Popover opened={isAsking} onChange={setIsAsking} position="bottom-start" withinPortal shadow="md" trapFocus>
      <Popover.Target>
        <Select
          aria-label="Time range"
          size="xs"
          w={range.kind === 'between' ? 230 : 130}
          allowDeselect={false}
          checkIconPosition="right"
          leftSection={<IconCalendar size={14} />}
          data={[
            ...RANGES.map((name) => ({ value: name as string, label: LABELS[name] })),
            { value: CUSTOM, label: custom },
          ]}
          value={value}
          onChange={(name) => {
            if (name === CUSTOM) setIsAsking(true)
            else if (name) set({ range: { kind: 'last', name: name as RangeName } })
          }}
        />
      </Popover.Target>
      <Popover.Dropdown>
        <Suspense fallback={<Loading />}>
          <Custom
            onChosen={(start, end) => {
              set({ range: { kind: 'between', start, end }, live: false })
              setIsAsking(false)
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}

function Choice({ dimension, filters, set }: Part & { dimension: Filtered }) {
  const [isWanted, setIsWanted] = useState(false)
  const { data: known, isLoading } = useKnown(filters.range, dimension, isWanted)
  const chosen = filters.where[dimension] ?? []
  const names = (known ?? []).map((each) => each.dimensions[dimension]).filter((name) => typeof name === 'string')
  const label = dimension === 'source_module' ? 'Module' : words(dimension)
  return (
    <MultiSelect
      aria-label={label}
      size="xs"
      w={chosen.length ? 200 : 122}
      searchable
      clearable
      hidePickedOptions
      placeholder={chosen.length ? undefined : label}
      data={[...new Set([...names, ...chosen])].sort()}
      value={[...chosen]}
      nothingFoundMessage={isLoading ? 'Looking …' : 'None in this range'}
      onDropdownOpen={() => setIsWanted(true)}
      onChange={(values) => {
        const { [dimension]: _, ...rest } = filters.where
        set({ where: values.length ? { ...rest, [dimension]: values } : rest })
      }}
    />
  )
}
