import {
  Anchor,
  Breadcrumbs,
  Group,
  List,
  Paper,
  Progress,
  ScrollArea,
  SimpleGrid,
  Stack,
  Text,
  Timeline,
  Title,
  Tooltip,
} from '@mantine/core'
import { IconAlertTriangle, IconPoint } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { useIncident } from '../api/queries'
import type { Cause, IncidentDetail, Signal } from '../api/types'
import { Canvas } from '../charts/canvas'
import { NO_DATA } from '../charts/data'
import { eventsBehind } from '../charts/drill'
import { colourOf } from '../charts/look'
import type { ChartSpec } from '../charts/spec'
import { componentName, ofEdge } from '../charts/use-data'
import { type Span, useFilters } from '../filters'
import { ago, exactly, number, sentence, words } from '../ui/format'
import { Mark } from '../ui/marks'
import { Empty, Failed, Loading } from '../ui/states'

const MOST_SIGNALS = 60

export default function IncidentView() {
  const { id = '' } = useParams()
  const found = useIncident(id)
  if (found.isError) return <Failed error={found.error} again={() => void found.refetch()} />
  if (!found.data) return <Loading label="Loading the incident" />
  const incident = found.data
  return (
    <Stack>
      <Breadcrumbs>
        <Anchor component={Link} to="/incidents" size="sm">
          Incidents
        </Anchor>
        <Text size="sm" c="dimmed">
          {incident.incident_id}
        </Text>
      </Breadcrumbs>
      <div>
        <Group gap="xs" mb={4}>
          <Mark of={incident.impact.level} />
          <Mark of={incident.status} />
          <Text size="sm" c="dimmed">
            opened {ago(incident.opened_at)}, last signal {ago(incident.last_signal_at)}
          </Text>
        </Group>
        <Title order={2} size="h3">
          {sentence(incident.title)}
        </Title>
      </div>
      <Facts incident={incident} />
      <div className="board">
        <Card title="Suspected causes" span={6}>
          <Stack gap="sm">
            {incident.suspected_causes.map((cause, place) => (
              <Suspect key={`${cause.kind}${cause.about}`} cause={cause} place={place + 1} />
            ))}
          </Stack>
        </Card>
        <Card title="What to do" span={6}>
          <List size="sm" spacing="xs">
            {incident.recommendations.map((each) => (
              <List.Item key={each}>{each}</List.Item>
            ))}
          </List>
          <Title order={3} size="sm" mt="md" mb={4}>
            Why it belongs together
          </Title>
          <Stack gap={6}>
            {incident.correlations.slice(0, 8).map((each) => (
              <Group key={each.correlation_id} gap="xs" wrap="nowrap" align="start">
                <Tooltip
                  label={`strength ${number(each.strength, 'score')}, confidence ${number(each.confidence, 'score')}`}
                >
                  <Progress
                    value={each.strength * 100}
                    w={60}
                    size="sm"
                    mt={6}
                    aria-label={`Strength ${each.strength}`}
                  />
                </Tooltip>
                <Text size="xs">
                  <b>{words(each.type)}</b>: {each.reason}
                </Text>
              </Group>
            ))}
          </Stack>
        </Card>
        <Card title="Graph" span={6}>
          <Graph incident={incident} />
        </Card>
        <Card title="Time line" span={6}>
          <Story signals={incident.time_line} />
        </Card>
      </div>
    </Stack>
  )
}

function Card({ title, span, children }: { title: string; span: number; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md" aria-label={title} style={{ '--span': span } as React.CSSProperties}>
      <Title order={3} size="sm" mb="xs">
        {title}
      </Title>
      {children}
    </Paper>
  )
}

function Facts({ incident }: { incident: IncidentDetail }) {
  const { impact } = incident
  const facts: [string, string][] = [
    ['Signals', number(incident.signals)],
    ['Extra cost, at least', number(impact.additional_cost_usd, 'usd')],
    ['Threats', number(impact.threats)],
    ['Violations', number(impact.violations)],
    ['Users', number(impact.users)],
    ['Components', impact.components.map((each) => each.name).join(', ') || 'none'],
  ]
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, lg: 6 }} spacing="sm">
      {facts.map(([name, value]) => (
        <Paper key={name} withBorder p="sm">
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text fw={600} lineClamp={2}>
            {value}
          </Text>
        </Paper>
      ))}
    </SimpleGrid>
  )
}

function Suspect({ cause, place }: { cause: Cause; place: number }) {
  const evidence = Object.entries(cause.evidence)
    .filter(([, weight]) => weight > 0)
    .map(([name, weight]) => `${words(name).toLowerCase()} ${number(weight, 'score')}`)
  return (
    <div>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Text size="sm" fw={600}>
          {place}. {cause.summary}
        </Text>
        <Text size="sm" className="number">
          {number(cause.score, 'ratio')}
        </Text>
      </Group>
      <Progress
        value={cause.score * 100}
        size="sm"
        my={4}
        color={place === 1 ? 'indigo' : 'gray'}
        aria-label={`Score of ${cause.summary}`}
      />
      <Text size="xs" c="dimmed">
        {words(cause.kind)} of {cause.about}, since {exactly(cause.since)}, {cause.signals}{' '}
        {cause.signals === 1 ? 'signal' : 'signals'}. {evidence.join(', ')}
      </Text>
    </div>
  )
}

const GRAPH: ChartSpec & { kind: 'graph' } = {
  id: 'incident-graph',
  title: 'Graph',
  about: 'Calls by and of the components of the incident.',
  topic: 'quality',
  kind: 'graph',
  unit: 'count',
  events: { type: 'telemetry', leaf: 'inference' },
  source: { of: 'graph' },
}

const MARGIN = 5 * 60_000

/** From shortly before its first signal to shortly after its last. */
function during({ opened_at, last_signal_at }: IncidentDetail): Span {
  return { start: Date.parse(opened_at) - MARGIN, end: Date.parse(last_signal_at) + MARGIN }
}

function Graph({ incident }: { incident: IncidentDetail }) {
  const [filters] = useFilters()
  const navigate = useNavigate()
  const links = incident.graph.map(ofEdge)
  if (!links.length)
    return (
      <Empty title="No calls of its components">
        There are no sampled calls by or of {incident.impact.components.map(componentName).join(' and ') || 'them'}.
      </Empty>
    )
  return (
    <div style={{ height: 380 }}>
      <Canvas
        spec={GRAPH}
        data={{ ...NO_DATA, links }}
        filters={filters}
        label={`Graph of ${links.length} calls`}
        onSpot={(spot) => void navigate(eventsBehind(GRAPH, filters, { ...spot, span: during(incident) }))}
      />
    </div>
  )
}

function Story({ signals }: { signals: readonly Signal[] }) {
  const shown = signals.slice(0, MOST_SIGNALS)
  return (
    <ScrollArea.Autosize mah={420} viewportProps={{ tabIndex: 0, 'aria-label': 'Signals in order of time' }}>
      <Timeline bulletSize={20} lineWidth={2} active={shown.length}>
        {shown.map((signal) => (
          <Timeline.Item
            key={signal.id}
            bullet={signal.is_anomaly ? <IconAlertTriangle size={12} /> : <IconPoint size={12} />}
            color={signal.severity > 0.75 ? 'red' : signal.severity > 0.4 ? 'orange' : 'gray'}
            title={
              <Anchor
                component={Link}
                to={`/${signal.is_anomaly ? 'anomalies' : 'events'}/${encodeURIComponent(signal.id)}`}
                size="sm"
              >
                {signal.summary}
              </Anchor>
            }
          >
            <Text size="xs" c="dimmed">
              {exactly(signal.at)} · <span style={{ color: colourOf(signal.kind) }}>■</span>{' '}
              {[words(signal.kind), ...signal.components.map((each) => each.name)].join(' · ')}
            </Text>
          </Timeline.Item>
        ))}
      </Timeline>
      {signals.length > shown.length ? <Text size="xs">and {signals.length - shown.length} more</Text> : null}
    </ScrollArea.Autosize>
  )
}
