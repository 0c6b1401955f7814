import { ActionIcon, Box, Group, Menu, Paper, Text, Title, Tooltip } from '@mantine/core'
import {
  IconDots,
  IconFileDatabase,
  IconFileTypeCsv,
  IconInfoCircle,
  IconListSearch,
  IconPhoto,
  IconTable,
  IconTableOff,
} from '@tabler/icons-react'
import { type ReactNode, useCallback, useEffect, useId, useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import type { Filters } from '../filters'
import { number } from '../ui/format'
import { Empty, Failed, Loading, NotKept } from '../ui/states'
import { told } from '../ui/told'
import { Canvas } from './canvas'
import { eventsBehind, type Spot } from './drill'
import type { EChartsType } from './engine'
import { saveCsv, savePicture } from './export'
import { DARK, LIGHT } from './look'
import type { Drawn } from './options'
import { saveParquet } from './parquet'
import type { ChartSpec } from './spec'
import { DataTable } from './table'
import { type ChartData, useChartData } from './use-data'
import { Value } from './value'

export interface PanelProps {
  spec: ChartSpec
  filters: Filters
  height?: number | string
  /** Buttons of whoever shows the panel. */
  beside?: ReactNode
  /** There is no room for more than that there is nothing. */
  isBrief?: boolean
  onEmpty?: (isEmpty: boolean) => void
  /** Where the panel's picture is to be found when a whole dashboard is saved. */
  onChart?: (id: string, chart: EChartsType | null) => void
}

/** One chart of the catalogue: its title, its states, what can be done with it, and the way to its events. */
export function Panel({ spec, filters, height = 260, beside, isBrief = false, onEmpty, onChart }: PanelProps) {
  const found = useChartData(spec, filters)
  const [isTable, setIsTable] = useState(false)
  const [chart, setChart] = useState<EChartsType | null>(null)
  const navigate = useNavigate()
  const title = useId()
  const onReady = useCallback(
    (ready: EChartsType | null) => {
      setChart(ready)
      onChart?.(spec.id, ready)
    },
    [onChart, spec.id],
  )
  const onSpot = useCallback(
    (spot: Spot) => {
      if (spec.events) void navigate(eventsBehind(spec, filters, spot))
    },
    [navigate, spec, filters],
  )
  const isEmpty = found.isEmpty && found.isKept && !found.isLoading && !found.error
  useEffect(() => onEmpty?.(isEmpty), [onEmpty, isEmpty])
  if (spec.kind === 'value') {
    return <Value spec={spec} filters={filters} found={found} beside={beside} />
  }
  const isDrawn = spec.kind !== 'table' && spec.kind !== 'pivot'
  return (
    <Paper component="section" withBorder p="sm" h={height} aria-labelledby={title} className="panel">
      <Group justify="space-between" wrap="nowrap" gap={4} mb={4} className="panel-head">
        <Group gap={4} wrap="nowrap" miw={0}>
          <Title order={3} size="sm" id={title} lineClamp={1}>
            {spec.title}
          </Title>
          <Tooltip label={spec.about} multiline maw={280} events={{ hover: true, focus: true, touch: true }}>
            <ActionIcon variant="transparent" color="gray" size="xs" aria-label={`About ${spec.title}: ${spec.about}`}>
              <IconInfoCircle size={14} />
            </ActionIcon>
          </Tooltip>
        </Group>
        <Group gap={2} wrap="nowrap">
          {spec.events ? (
            <Tooltip label="Events behind it">
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={`Events behind ${spec.title}`}
                onClick={() => onSpot({})}
              >
                <IconListSearch size={16} />
              </ActionIcon>
            </Tooltip>
          ) : null}
          <Menu position="bottom-end" withinPortal shadow="sm">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" size="sm" aria-label={`More about ${spec.title}`}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {isDrawn ? (
                <Menu.Item
                  leftSection={isTable ? <IconTableOff size={14} /> : <IconTable size={14} />}
                  onClick={() => setIsTable(!isTable)}
                >
                  {isTable ? 'Show as chart' : 'Show as table'}
                </Menu.Item>
              ) : null}
              <Menu.Item leftSection={<IconFileTypeCsv size={14} />} onClick={() => saveCsv(spec.title, found.data)}>
                Save as CSV
              </Menu.Item>
              {spec.source.of === 'metrics' ? (
                <Menu.Item
                  leftSection={<IconFileDatabase size={14} />}
                  onClick={() => void saveParquet(spec.title, [spec], filters).catch(told)}
                >
                  Save as Parquet
                </Menu.Item>
              ) : null}
              {isDrawn && chart ? (
                <Menu.Item leftSection={<IconPhoto size={14} />} onClick={() => void picture(spec.title, chart)}>
                  Save as PNG
                </Menu.Item>
              ) : null}
            </Menu.Dropdown>
          </Menu>
          {beside}
        </Group>
      </Group>
      {found.data.read === null || isBrief ? null : (
        <Text size="xs" c="dimmed" className="panel-head">
          of the newest {number(found.data.read)} events
        </Text>
      )}
      <Box className="panel-body">
        <Body {...{ spec, filters, found, isBrief, onSpot, onReady }} isTable={isTable || !isDrawn} />
      </Box>
    </Paper>
  )
}

interface BodyProps {
  spec: ChartSpec
  filters: Filters
  found: ChartData
  isTable: boolean
  isBrief: boolean
  onSpot: (spot: Spot) => void
  onReady: (chart: EChartsType | null) => void
}

function Body({ spec, filters, found, isTable, isBrief, onSpot, onReady }: BodyProps) {
  const label = useMemo(() => described(spec, found), [spec, found])
  if (!found.isKept) return <NotKept by={[...dimensionsOf(spec), ...Object.keys(filters.where)]} />
  if (found.error) return <Failed error={found.error} again={found.again} />
  if (found.isLoading) return <Loading label={`Loading ${spec.title}`} />
  const nothing = spec.source.of === 'budgets' ? 'No budgets yet' : 'Nothing in this range'
  if (found.isEmpty && isBrief) return <Text size="xs">{nothing}.</Text>
  if (found.isEmpty) return <Empty title={nothing}>{spec.about}</Empty>
  if (isTable) return <DataTable spec={spec} data={found.data} onSpot={onSpot} />
  return (
    <Canvas
      spec={spec as ChartSpec & { kind: Drawn }}
      data={found.data}
      filters={filters}
      label={label}
      onSpot={onSpot}
      onReady={onReady}
    />
  )
}

export function dimensionsOf(spec: ChartSpec): readonly string[] {
  return spec.source.of === 'metrics' ? (spec.source.by ?? []) : []
}

function described(spec: ChartSpec, { data }: ChartData): string {
  const names = (data.items.length ? data.items : data.lines).slice(0, 5).map((each) => each.name)
  return `${spec.title}. ${spec.about} ${names.length ? `Shows ${names.join(', ')}.` : ''}`
}

async function picture(title: string, chart: EChartsType): Promise<void> {
  const [width, height] = [chart.getWidth(), chart.getHeight()]
  const look = document.documentElement.dataset['mantineColorScheme'] === 'dark' ? DARK : LIGHT
  const image = chart.renderToCanvas({ pixelRatio: devicePixelRatio })
  await savePicture(title, [{ title, image, x: 0, y: 0, width, height }], look.surface, look.text)
}
