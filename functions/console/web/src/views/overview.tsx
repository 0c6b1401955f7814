import { Alert, Anchor, Badge, Group, Paper, Progress, Stack, Text, Tooltip, UnstyledButton } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link, useNavigate } from 'react-router'
import { expressionOptions, useAnomalies, useBudgets, useForecasts, useHealth, useIncidents } from '../api/queries'
import type { Budget, Severity } from '../api/types'
import { colourOf } from '../charts/look'
import { type Filters, useFilters } from '../filters'
import { change, number, onDay, sentence, span } from '../ui/format'
import { Board } from './board'
import { BOARDS } from './boards'

export default function Overview() {
  const [filters] = useFilters()
  return (
    <>
      <Stale />
      <Board
        board={BOARDS.overview}
        filters={filters}
        first={<Today filters={filters} />}
        last={
          <>
            <OpenAnomalies filters={filters} />
            <OpenIncidents filters={filters} />
          </>
        }
      />
    </>
  )
}

function Stale() {
  const { data: health } = useHealth()
  if (health?.status !== 'degraded') return null
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} mb="md" title="The pipeline stands still">
      The newest complete window is {span(health.cursor_age_seconds)} old. What is shown here may lack what came since.
    </Alert>
  )
}

/** What today has cost so far, what it will come to, and whether the budgets will do. */
function Today({ filters }: { filters: Filters }) {
  const midnight = new Date().setUTCHours(0, 0, 0, 0)
  const now = Math.ceil(Date.now() / 60_000) * 60_000
  const today = useMemo<Filters>(
    () => ({
      ...filters,
      live: false,
      range: { kind: 'between', start: midnight, end: Math.max(now, midnight + 60_000) },
    }),
    [filters, midnight, now],
  )
  const { data: cost } = useQuery(expressionOptions({ expression: 'sum(computed_cost_usd)' }, today, true))
  const { data: budgets } = useBudgets()
  const { data: forecasts } = useForecasts('computed_cost_usd')
  const [series] = cost?.series ?? []
  const whole = forecasts?.forecasts[0]
  const midnightNext = midnight + 86_400_000
  const rest = whole?.hours.filter(
    ({ start }) => Date.parse(start) >= now - 3_600_000 && Date.parse(start) < midnightNext,
  )
  const expected =
    whole && series?.total ? series.total + (rest?.reduce((sum, hour) => sum + hour.point, 0) ?? 0) : null
  const delta = change(series?.total ?? null, series?.previous?.total ?? null)
  return (
    <Paper withBorder p="sm" className="today">
      <Group justify="space-between" align="start" wrap="nowrap">
        <div>
          <Text size="xs" c="dimmed" fw={500}>
            Cost today (UTC)
          </Text>
          <Group gap={8} align="baseline">
            <Text fw={650} fz={24} lh={1.3} className="number">
              {number(series?.total, 'usd')}
            </Text>
            {delta ? (
              <Text size="xs" c="dimmed" className="number">
                {delta} on the same time before
              </Text>
            ) : null}
          </Group>
          <Text size="xs" c="dimmed">
            {expected === null ? 'no forecast for today yet' : `${number(expected, 'usd')} expected by midnight`}
          </Text>
        </div>
        {whole?.month ? (
          <div style={{ textAlign: 'right' }}>
            <Text size="xs" c="dimmed" fw={500}>
              By the month’s end
            </Text>
            <Text fw={600} fz="lg" className="number">
              {number(whole.month.point, 'usd')}
            </Text>
            <Text size="xs" c="dimmed" className="number">
              {number(whole.month.lower, 'usd')} – {number(whole.month.upper, 'usd')}
            </Text>
          </div>
        ) : null}
      </Group>
      <Budgets budgets={budgets} />
    </Paper>
  )
}

function Budgets({ budgets }: { budgets: readonly Budget[] | undefined }) {
  const worst = [...(budgets ?? [])].sort((one, other) => strain(other) - strain(one))[0]
  if (!worst) {
    return (
      <Anchor component={Link} to="/cost" size="xs">
        Set a budget
      </Anchor>
    )
  }
  const { standing } = worst
  const spent = ((standing?.spent_usd ?? 0) / worst.amount_usd) * 100
  const ahead = Math.max(0, ((standing?.forecast_usd ?? standing?.spent_usd ?? 0) / worst.amount_usd) * 100 - spent)
  const colour = standing?.is_exceeded ? 'red' : standing?.is_at_risk ? 'orange' : 'teal'
  return (
    <Tooltip
      multiline
      maw={320}
      label={`${worst.name}: ${number(standing?.spent_usd, 'usd')} of ${number(worst.amount_usd, 'usd')} spent, ${number(standing?.forecast_usd, 'usd')} expected by the end of the ${worst.period}`}
    >
      <UnstyledButton component={Link} to={`/budgets/${worst.id}`} w="100%" mt={6}>
        <Group justify="space-between" gap={4} wrap="nowrap">
          <Text size="xs" truncate>
            {worst.name}: {number(standing?.spent_usd, 'usd')} of {number(worst.amount_usd, 'usd')}
          </Text>
          <Badge size="xs" color={colour} variant="light" style={{ flex: 'none' }}>
            {standing?.is_exceeded
              ? 'exceeded'
              : standing?.is_at_risk
                ? `at risk${standing.breach_day ? ` · ${onDay(standing.breach_day)}` : ''}`
                : standing
                  ? 'on track'
                  : 'not looked at yet'}
          </Badge>
        </Group>
        <Progress.Root size="sm" mt={4}>
          <Progress.Section value={Math.min(100, spent)} color={colour} aria-label="Spent" />
          <Progress.Section
            value={Math.min(100 - Math.min(100, spent), ahead)}
            color={colour}
            opacity={0.35}
            aria-label="Expected"
          />
        </Progress.Root>
      </UnstyledButton>
    </Tooltip>
  )
}

function strain(budget: Budget): number {
  const { standing } = budget
  if (!standing) return 0
  return (
    (standing.is_exceeded ? 10 : 0) + (standing.breach_probability ?? 0) + standing.spent_usd / budget.amount_usd / 100
  )
}

const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low']

function OpenAnomalies({ filters }: { filters: Filters }) {
  const { data } = useAnomalies(filters, { status: 'open,acknowledged' })
  const told = data?.filter((each) => each.group === null) ?? []
  return (
    <Open
      to="/anomalies"
      title="Open anomalies"
      count={data ? told.length : null}
      marks={SEVERITIES.map((severity) => [severity, told.filter((each) => each.severity === severity).length])}
      latest={told[0]?.explanation}
    />
  )
}

function OpenIncidents({ filters }: { filters: Filters }) {
  const { data } = useIncidents(filters)
  const open = data?.filter((each) => each.status === 'open') ?? []
  return (
    <Open
      to="/incidents"
      title="Open incidents"
      count={data ? open.length : null}
      marks={SEVERITIES.map((level) => [level, open.filter((each) => each.impact.level === level).length])}
      latest={open[0]?.title}
    />
  )
}

interface OpenProps {
  to: string
  title: string
  count: number | null
  marks: (readonly [Severity, number])[]
  latest: string | undefined
}

function Open({ to, title, count, marks, latest }: OpenProps) {
  const navigate = useNavigate()
  return (
    <Paper withBorder className="value">
      <UnstyledButton p="sm" w="100%" h="100%" onClick={() => void navigate(to)}>
        <Stack gap={2} h="100%">
          <Text size="xs" c="dimmed" fw={500}>
            {title}
          </Text>
          <Group gap={8} align="baseline">
            <Text fw={650} fz={24} lh={1.3}>
              {count ?? '…'}
            </Text>
            {marks
              .filter(([, some]) => some > 0)
              .map(([severity, some]) => (
                <Text key={severity} size="xs" className="number">
                  <span className="dot" style={{ background: colourOf(severity) }} /> {some} {severity}
                </Text>
              ))}
          </Group>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {latest ? sentence(latest) : count === 0 ? 'All is as usual.' : ''}
          </Text>
        </Stack>
      </UnstyledButton>
    </Paper>
  )
}
