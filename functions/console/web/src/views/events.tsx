import {
  Anchor,
  Badge,
  Button,
  Code,
  CopyButton,
  Drawer,
  Group,
  MultiSelect,
  Paper,
  ScrollArea,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { IconSearch, IconX } from '@tabler/icons-react'
import { type ReactNode, useMemo } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { useEvent, useEventPages, useRelated } from '../api/queries'
import type { HubEvent } from '../api/types'
import { fieldOf } from '../charts/data'
import { leafOf } from '../charts/use-data'
import { useFilters } from '../filters'
import { exactly, NOTHING, number, outcome, words } from '../ui/format'
import { Mark } from '../ui/marks'
import { Empty, Failed, Loading } from '../ui/states'

const TYPES = ['telemetry', 'security', 'cost', 'governance', 'lifecycle', 'audit', 'alert']
const SEVERITIES = ['debug', 'info', 'warning', 'error', 'critical']
const OWN_PAGES = 5
const TYPING_MS = 300

/** The events of the index behind the filters: notable ones all, ordinary calls as a sample. */
export default function Events() {
  const [filters] = useFilters()
  const [params, setParams] = useSearchParams()
  const { id = null } = useParams()
  const navigate = useNavigate()
  const [text] = useDebouncedValue(params.get('text'), TYPING_MS)
  const query = {
    event_type: params.getAll('type'),
    severity: params.getAll('severity'),
    correlation_id: params.get('trace'),
    ...filters.where,
    text,
  }
  const pages = useEventPages(filters.range, query)
  const all = useMemo(() => pages.data?.pages.flatMap((page) => page.events) ?? [], [pages.data])
  const shown = all.filter((event) => isMeant(event, params))
  const choose = (name: string, values: string[]) =>
    setParams(
      (old) => {
        const changed = new URLSearchParams(old)
        changed.delete(name)
        for (const value of values) changed.append(name, value)
        return changed
      },
      { replace: true },
    )
  return (
    <>
      <Group mb="sm" gap="xs">
        <MultiSelect
          size="xs"
          w={180}
          aria-label="Types of events"
          placeholder={params.has('type') ? undefined : 'Type'}
          clearable
          data={TYPES}
          value={params.getAll('type')}
          onChange={(values) => choose('type', values)}
        />
        <MultiSelect
          size="xs"
          w={180}
          aria-label="Severities"
          placeholder={params.has('severity') ? undefined : 'Severity'}
          clearable
          data={SEVERITIES}
          value={params.getAll('severity')}
          onChange={(values) => choose('severity', values)}
        />
        <TextInput
          size="xs"
          w={220}
          aria-label="Text in the event"
          placeholder="Text in the event"
          leftSection={<IconSearch size={14} />}
          value={params.get('text') ?? ''}
          onChange={(event) => choose('text', event.currentTarget.value ? [event.currentTarget.value] : [])}
        />
        {(['leaf', 'field', 'trace'] as const).flatMap((name) =>
          params.getAll(name).map((value) => (
            <Button
              key={`${name} ${value}`}
              size="compact-xs"
              variant="light"
              rightSection={<IconX size={12} />}
              onClick={() =>
                choose(
                  name,
                  params.getAll(name).filter((each) => each !== value),
                )
              }
              aria-label={`Take away ${name} ${value}`}
            >
              {labelled(name, value)}
            </Button>
          )),
        )}
      </Group>
      <Paper withBorder>
        <List
          pages={pages}
          shown={shown}
          all={all.length}
          onChoose={(event) => void navigate({ pathname: `/events/${event.event_id}`, search: `?${params}` })}
        />
      </Paper>
      <Drawer
        opened={id !== null}
        onClose={() => void navigate({ pathname: '/events', search: `?${params}` })}
        position="right"
        size="xl"
        title="Event"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {id ? <Detail id={id} /> : null}
      </Drawer>
    </>
  )
}

/** What the hub does not look for itself is looked for among what it sends. */
function isMeant(event: HubEvent, params: URLSearchParams): boolean {
  return (
    (!params.get('leaf') || leafOf(event.event) === params.get('leaf')) &&
    params.getAll('field').every((pair) => {
      const [field, wanted] = split(pair)
      return !field || String(plain(fieldOf(event.event, field))) === wanted
    })
  )
}

function labelled(name: 'leaf' | 'field' | 'trace', value: string): string {
  if (name === 'leaf') return words(value)
  if (name === 'trace') return `Trace ${value}`
  const [field, wanted] = split(value)
  return field ? outcome(field, wanted) : value
}

function plain(value: unknown): unknown {
  return value !== null && typeof value === 'object' ? Object.values(value)[0] : value
}

function split(pair: string): [string | null, string] {
  const place = pair.indexOf(':')
  return place > 0 ? [pair.slice(0, place), pair.slice(place + 1)] : [null, '']
}

interface ListProps {
  pages: ReturnType<typeof useEventPages>
  shown: readonly HubEvent[]
  all: number
  onChoose: (event: HubEvent) => void
}

function List({ pages, shown, all, onChoose }: ListProps) {
  if (pages.isLoadingError) return <Failed error={pages.error} again={() => void pages.refetch()} />
  if (pages.isPending) return <Loading label="Loading events" />
  const more = async () => {
    for (let page = 0; page < OWN_PAGES; page += 1) {
      const { hasNextPage, isError } = await pages.fetchNextPage()
      if (!hasNextPage || isError) break
    }
  }
  return (
    <>
      {shown.length ? (
        <Table.ScrollContainer minWidth={960}>
          <Table highlightOnHover fz="sm" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Time</Table.Th>
                <Table.Th>Type</Table.Th>
                <Table.Th>Severity</Table.Th>
                <Table.Th>Module</Table.Th>
                <Table.Th>What</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((event) => (
                <Table.Tr key={event.event_id} onClick={() => onChoose(event)} style={{ cursor: 'pointer' }}>
                  <Table.Td className="number">
                    <Anchor component="button" size="sm" onClick={() => onChoose(event)}>
                      {exactly(event.timestamp)}
                    </Anchor>
                  </Table.Td>
                  <Table.Td>
                    <Badge size="sm" variant="light" color="gray" tt="none" miw="max-content">
                      {words(leafOf(event.event) || event.event_type)}
                    </Badge>
                  </Table.Td>
                  <Table.Td>
                    <Mark of={event.severity} />
                  </Table.Td>
                  <Table.Td className="number">{event.source_module}</Table.Td>
                  <Table.Td>{gist(event)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : (
        <Empty title={all ? 'None of the events read so far is meant' : 'No events here'}>
          The index keeps every notable event and a sample of the ordinary calls: numbers on charts count all of them,
          this list shows those that can be looked up.
        </Empty>
      )}
      <Group justify="space-between" p="sm">
        {pages.isFetchNextPageError ? (
          <Text size="xs" c="var(--hub-worse)" role="alert">
            Older ones could not be read: {pages.error.message}
          </Text>
        ) : (
          <Text size="xs" c="dimmed" role="status">
            {shown.length} shown of {all} read{pages.hasNextPage ? ' so far' : ''}
          </Text>
        )}
        {pages.hasNextPage ? (
          <Button size="compact-sm" variant="light" loading={pages.isFetchingNextPage} onClick={() => void more()}>
            {pages.isFetchNextPageError ? 'Try again' : 'Read older ones'}
          </Button>
        ) : null}
      </Group>
    </>
  )
}

/** The few words that tell one event from another. */
function gist({ event }: HubEvent): ReactNode {
  const says = (name: string) => fieldOf(event, name)
  const model = says('model_id')
  if (leafOf(event) === 'inference') {
    const failed = says('error_type')
    return (
      <Group gap={8}>
        <Text size="sm" fw={500}>
          {String(model)}
        </Text>
        <Text size="xs" c="dimmed" className="number">
          {number(says('latency_ms') as number, 'ms')} · {number(says('input_tokens') as number)} in ·{' '}
          {number(says('output_tokens') as number)} out{says('team') ? ` · ${says('team')}` : ''}
        </Text>
        {failed ? <Mark of="error" /> : null}
        {failed ? <Text size="xs">{words(String(failed))}</Text> : null}
      </Group>
    )
  }
  const told = [
    'threat_type',
    'target_resource',
    'policy_name',
    'violation_description',
    'attack_vector',
    'action',
    'actor',
    'user_id',
    'framework',
    'operation',
    'data_asset_id',
    'description',
    'provider',
    'alert_type',
    'resource',
  ]
  const parts = told.flatMap((name) => {
    const value = plain(says(name))
    return typeof value === 'string' ? [outcome(name, value)] : []
  })
  return (
    <Text size="sm" lineClamp={1}>
      {[model, ...parts].filter(Boolean).slice(0, 4).map(String).join(' · ') || NOTHING}
    </Text>
  )
}

function Detail({ id }: { id: string }) {
  const event = useEvent(id)
  const related = useRelated(id)
  const navigate = useNavigate()
  if (event.isError) return <Failed error={event.error} />
  if (!event.data) return <Loading />
  const { data } = event
  const json = JSON.stringify(data.event, null, 2)
  return (
    <Stack>
      <Group gap="xs">
        <Mark of={data.severity} />
        <Badge variant="light" color="gray" tt="none">
          {words(leafOf(data.event) || data.event_type)}
        </Badge>
        <Text size="sm" className="number">
          {exactly(data.timestamp)}
        </Text>
        <Text size="sm" c="dimmed">
          {data.source_module}
        </Text>
      </Group>
      <div>
        <Group justify="space-between" mb={4}>
          <Title order={3} size="sm">
            As it was accepted
          </Title>
          <CopyButton value={json}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="subtle" onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
        </Group>
        <ScrollArea.Autosize mah="50vh" viewportProps={{ tabIndex: 0 }}>
          <Code block>{json}</Code>
        </ScrollArea.Autosize>
      </div>
      <Title order={3} size="sm">
        What belongs to it
      </Title>
      {related.data && related.data.events.length > 1 ? (
        <Stack gap={4}>
          {related.data.events
            .filter((each) => each.event_id !== id)
            .slice(0, 50)
            .map((each) => (
              <Group key={each.event_id} gap="xs" wrap="nowrap">
                <Anchor
                  component="button"
                  size="xs"
                  className="number"
                  onClick={() => void navigate(`/events/${each.event_id}`)}
                >
                  {exactly(each.timestamp)}
                </Anchor>
                <Mark of={each.severity} />
                {gist(each)}
              </Group>
            ))}
        </Stack>
      ) : (
        <Text size="xs" c="dimmed">
          Nothing else of its trace is in the index.
        </Text>
      )}
    </Stack>
  )
}
