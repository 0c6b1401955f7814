import {
  Anchor,
  Button,
  Drawer,
  Group,
  Menu,
  Paper,
  SegmentedControl,
  Stack,
  Table,
  Text,
  Textarea,
  Title,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconCheck, IconChevronDown } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { useAnomalies, useAnomaly, useDecision, useMay } from '../api/queries'
import { useRules } from '../api/rules'
import type { Anomaly, Decision } from '../api/types'
import { eventsBehind } from '../charts/drill'
import { Panel } from '../charts/panel'
import type { ChartSpec } from '../charts/spec'
import { FILTERED, type Filters, useFilters } from '../filters'
import { ago, at, number, type Unit, words } from '../ui/format'
import { Mark, Where } from '../ui/marks'
import { Empty, Failed, Loading } from '../ui/states'
import { Board } from './board'
import { BOARDS } from './boards'

export default function Anomalies() {
  const [filters] = useFilters()
  const [params, setParams] = useSearchParams()
  const { id } = useParams()
  const navigate = useNavigate()
  const status = params.get('status') ?? 'open'
  const found = useAnomalies(filters)
  const shown = (found.data ?? []).filter((each) => status === 'all' || each.status === status)
  return (
    <>
      <SegmentedControl
        size="xs"
        mb="sm"
        aria-label="Status"
        value={status}
        onChange={(chosen) =>
          setParams(
            (old) => new URLSearchParams([...[...old].filter(([name]) => name !== 'status'), ['status', chosen]]),
            { replace: true },
          )
        }
        data={['open', 'acknowledged', 'resolved', 'suppressed', 'all'].map((value) => ({
          value,
          label: words(value),
        }))}
      />
      <Paper withBorder mb="md">
        {found.isError ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
        {found.isPending ? <Loading label="Loading anomalies" /> : null}
        {found.data && !shown.length ? (
          <Empty title={`No ${status === 'all' ? '' : status} anomalies in this range`} />
        ) : null}
        {shown.length ? (
          <List
            anomalies={shown}
            onChoose={(each) =>
              void navigate({ pathname: `/anomalies/${encodeURIComponent(each.anomaly_id)}`, search: `?${params}` })
            }
          />
        ) : null}
      </Paper>
      <Board board={BOARDS.anomalies} filters={filters} />
      <Drawer
        opened={id !== undefined}
        onClose={() => void navigate({ pathname: '/anomalies', search: `?${params}` })}
        position="right"
        size="lg"
        title="Anomaly"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {id ? <Detail id={id} /> : null}
      </Drawer>
    </>
  )
}

/** Those of one storm are behind the one that speaks for them. */
function List({ anomalies, onChoose }: { anomalies: readonly Anomaly[]; onChoose: (anomaly: Anomaly) => void }) {
  const speakers = new Set<string | null>(anomalies.map((each) => each.anomaly_id))
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table highlightOnHover fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Severity</Table.Th>
            <Table.Th>What happened</Table.Th>
            <Table.Th>Where</Table.Th>
            <Table.Th>Window</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>
              <span className="visually-hidden">Decide</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {anomalies
            .filter((each) => !speakers.has(each.group))
            .map((each) => (
              <Storm
                key={each.anomaly_id}
                speaker={each}
                behind={anomalies.filter((one) => one.group === each.anomaly_id)}
                onChoose={onChoose}
              />
            ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

interface RowProps {
  anomaly: Anomaly
  onChoose: (anomaly: Anomaly) => void
  children?: ReactNode
  isBehind?: boolean
}

/** An anomaly, and those of the list that it speaks for when they are asked for. */
function Storm({ speaker, behind, onChoose }: { speaker: Anomaly; behind: Anomaly[]; onChoose: RowProps['onChoose'] }) {
  const [isOpened, setOpened] = useState(false)
  const others = `${speaker.members} ${speaker.members === 1 ? 'other' : 'others'} of the same storm`
  return (
    <>
      <Row anomaly={speaker} onChoose={onChoose}>
        {behind.length ? (
          <Anchor
            component="button"
            size="xs"
            c="dimmed"
            display="block"
            aria-expanded={isOpened}
            onClick={() => setOpened(!isOpened)}
          >
            speaks for {others}, {isOpened ? 'hide' : 'show'} them
          </Anchor>
        ) : speaker.members ? (
          <Text size="xs" c="dimmed">
            speaks for {others}
          </Text>
        ) : null}
      </Row>
      {isOpened
        ? behind.map((each) => <Row key={each.anomaly_id} anomaly={each} onChoose={onChoose} isBehind />)
        : null}
    </>
  )
}

function Row({ anomaly, onChoose, children, isBehind = false }: RowProps) {
  return (
    <Table.Tr>
      <Table.Td pl={isBehind ? 'xl' : 'xs'}>
        <Mark of={anomaly.severity} />
      </Table.Td>
      <Table.Td maw={420}>
        <Anchor component="button" size="sm" ta="left" onClick={() => onChoose(anomaly)}>
          {anomaly.explanation}
        </Anchor>
        {children}
      </Table.Td>
      <Table.Td>
        <Where dimensions={anomaly.dimensions} />
      </Table.Td>
      <Table.Td className="number">{at(anomaly.window_start)}</Table.Td>
      <Table.Td>
        <Mark of={anomaly.status} />
      </Table.Td>
      <Table.Td>
        <Decide anomaly={anomaly} />
      </Table.Td>
    </Table.Tr>
  )
}

const SAID: Record<string, string> = {
  acknowledged: 'The anomaly is acknowledged.',
  suppressed: 'Nobody will be told of it any more.',
  resolved: 'The anomaly is over.',
}

function Decide({ anomaly, note }: { anomaly: Anomaly; note?: string }) {
  const decide = useDecision()
  const may = useMay('metrics:write')
  if (!may || anomaly.status === 'resolved') return null
  const say = (decision: Decision) =>
    decide.mutate(
      { id: anomaly.anomaly_id, decision: note ? { ...decision, note } : decision },
      {
        onSuccess: () =>
          notifications.show({
            message: decision.false_alarm
              ? 'Noted as a false alarm: the series alerts from a higher score on.'
              : (SAID[decision.status ?? ''] ?? 'The note is kept.'),
            color: 'teal',
          }),
        onError: (error) => notifications.show({ message: error.message, color: 'red' }),
      },
    )
  return (
    <Group gap={4} wrap="nowrap" justify="flex-end">
      {anomaly.status === 'open' ? (
        <Button
          size="compact-xs"
          variant="light"
          leftSection={<IconCheck size={12} />}
          loading={decide.isPending}
          onClick={() => say({ status: 'acknowledged' })}
        >
          Acknowledge
        </Button>
      ) : null}
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="default"
            rightSection={<IconChevronDown size={12} />}
            aria-label="More decisions"
          >
            More
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => say({ false_alarm: true })}>It is a false alarm</Menu.Item>
          <Menu.Item onClick={() => say({ status: 'suppressed' })}>Tell nobody of it</Menu.Item>
          <Menu.Item onClick={() => say({ status: 'resolved' })}>It is over</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </Group>
  )
}

const UNITS: [RegExp, Unit][] = [
  [/_usd$/, 'usd'],
  [/_ms$/, 'ms'],
]

function unitOf(anomaly: Anomaly): Unit {
  if (anomaly.measure === 'errors' && anomaly.statistic !== 'sum') return 'ratio'
  return UNITS.find(([pattern]) => pattern.test(anomaly.measure))?.[1] ?? 'count'
}

function Detail({ id }: { id: string }) {
  const found = useAnomaly(id)
  const [note, setNote] = useState('')
  if (found.isError) return <Failed error={found.error} again={() => void found.refetch()} />
  if (!found.data) return <Loading />
  const anomaly = found.data
  const unit = unitOf(anomaly)
  return (
    <Stack>
      <Group gap="xs">
        <Mark of={anomaly.severity} />
        <Mark of={anomaly.status} />
        <Text size="sm" c="dimmed">
          {words(anomaly.kind)}, opened {ago(anomaly.opened_at)}
        </Text>
      </Group>
      <Text fw={600}>{anomaly.explanation}</Text>
      <Around anomaly={anomaly} unit={unit} />
      <dl className="fact-list">
        <dt>Observed</dt>
        <dd>{number(anomaly.observed, unit)}</dd>
        <dt>Usual</dt>
        <dd>
          {number(anomaly.expected, unit)} ({number(anomaly.lower, unit)} to {number(anomaly.upper, unit)})
        </dd>
        <dt>Score</dt>
        <dd>{number(anomaly.score, 'score')} (5: one such value in 100,000 usual ones)</dd>
        <dt>Found by</dt>
        <dd>
          <FoundBy detector={anomaly.detector} />
        </dd>
        <dt>Where</dt>
        <dd>
          <Where dimensions={anomaly.dimensions} />
        </dd>
        <dt>Window</dt>
        <dd>
          {at(anomaly.window_start)} – {at(anomaly.window_end)} ({anomaly.resolution})
        </dd>
        {anomaly.note ? (
          <>
            <dt>Note</dt>
            <dd>{anomaly.note}</dd>
          </>
        ) : null}
      </dl>
      <Textarea
        label="Note"
        placeholder="What did you find?"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={1000}
        autosize
        minRows={2}
      />
      <Group>
        <Decide anomaly={anomaly} note={note} />
        <Button size="compact-xs" variant="subtle" component={Link} to={eventsBehind({}, around(anomaly))}>
          Events of this window
        </Button>
      </Group>
    </Stack>
  )
}

const RULE = 'rule:'

function FoundBy({ detector }: { detector: string }) {
  const { data: rules } = useRules()
  if (!detector.startsWith(RULE)) return 'what the hub has learned to be usual'
  const id = detector.slice(RULE.length)
  return (
    <Anchor component={Link} to={`/rules/${encodeURIComponent(id)}`} size="sm">
      {rules?.find((rule) => rule.id === id)?.name ?? detector}
    </Anchor>
  )
}

const MARGIN = 30

/** The window with what came before and after it, and only the series that deviates as far as it can be filtered by. */
function around(anomaly: Anomaly): Filters {
  const where: Filters['where'] = {}
  for (const name of FILTERED) {
    const value = anomaly.dimensions[name]
    if (typeof value === 'string') where[name] = [value]
  }
  const width = Date.parse(anomaly.window_end) - Date.parse(anomaly.window_start)
  return {
    live: false,
    where,
    range: {
      kind: 'between',
      start: Date.parse(anomaly.window_start) - MARGIN * width,
      end: Math.min(Date.parse(anomaly.window_end) + MARGIN * width, Math.ceil(Date.now() / 60_000) * 60_000),
    },
  }
}

const STATISTICS: Record<string, string> = {
  p95: 'p95',
  p99: 'p99',
  mean: 'mean',
  sum: 'sum',
  count: 'count',
  median: 'median',
  max: 'max',
  rate: 'mean',
}

function Around({ anomaly, unit }: { anomaly: Anomaly; unit: Unit }) {
  const statistic = STATISTICS[anomaly.statistic] ?? 'sum'
  const spec: ChartSpec = {
    id: `around-${anomaly.anomaly_id}`,
    title: `${words(anomaly.measure)}, ${statistic}`,
    about: 'The series around the window.',
    topic: 'quality',
    kind: statistic === 'sum' || statistic === 'count' ? 'bars' : 'line',
    unit,
    source: { of: 'metrics', readings: [{ expression: `${statistic}(${anomaly.measure})`, label: statistic }] },
  }
  return (
    <div>
      <Title order={3} size="sm" className="visually-hidden">
        Course
      </Title>
      <Panel spec={spec} filters={around(anomaly)} height={220} />
    </div>
  )
}
