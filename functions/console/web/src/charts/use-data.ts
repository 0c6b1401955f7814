import { keepPreviousData, type UseQueryOptions, useQueries } from '@tanstack/react-query'
import { createContext, useContext, useMemo } from 'react'
import {
  anomalyOptions,
  budgetOptions,
  type EventsRead,
  eventsOptions,
  expressionOptions,
  forecastOptions,
  graphOptions,
  healthOptions,
  incidentOptions,
  qualityOptions,
  unpricedOptions,
} from '../api/queries'
import type {
  Anomaly,
  Budget,
  Component,
  Edge,
  ForecastsAnswer,
  Health,
  HubEvent,
  Incident,
  QualityAnswer,
  QueryResult,
  Resolution,
  UnpricedModel,
} from '../api/types'
import { FILTERED, type Filters, keptBy, type Range, resolutionOf, seldomResolutionOf, spanOf } from '../filters'
import { useHub } from '../hub'
import { named, words } from '../ui/format'
import { counted, type Dataset, type Item, isEmpty, type Line, type Link, linesOf, NO_DATA } from './data'
import type { Spot } from './drill'
import { ranked } from './look'
import type { ChartSpec, Source } from './spec'

export interface ChartData {
  data: Dataset
  isLoading: boolean
  isEmpty: boolean
  /** False where the hub keeps no series by the chart's dimensions and the filters' together. */
  isKept: boolean
  error: Error | null
  again: () => void
}

/** Whether a chart is on the screen: one that is not asks for no news. */
export const SeenContext = createContext(true)

const MOST_LINES = 8
const MOST_GROUPS = 60

export function useChartData(spec: ChartSpec, filters: Filters): ChartData {
  const { groupings } = useHub().facts
  const by = spec.source.of === 'metrics' ? (spec.source.by ?? []) : []
  const isKept = spec.source.of !== 'metrics' || keptBy(groupings, by, filters.where)
  const isSeen = useContext(SeenContext)
  const wanted = isKept ? optionsOf(spec, filters) : []
  const found = useQueries({ queries: isSeen ? wanted : wanted.map((each) => ({ ...each, refetchInterval: false })) })
  const answers = found.map((each) => each.data)
  // biome-ignore lint/correctness/useExhaustiveDependencies: answers are the same objects until one of them is another
  const data = useMemo(() => {
    return isKept && answers.every((each) => each !== undefined) ? datasetOf(spec, answers, filters) : NO_DATA
  }, [spec, isKept, ...answers])
  return {
    data,
    isKept,
    isLoading: isKept && found.some((each) => each.isPending && !each.isError),
    isEmpty: isEmpty(data),
    error: found.find((each) => each.isError && each.data === undefined)?.error ?? null,
    again: () => {
      for (const each of found) void each.refetch()
    },
  }
}

// Each source has answers of its own shape; datasetOf knows which.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Options = UseQueryOptions<any, Error, any, any>

function optionsOf(spec: ChartSpec, filters: Filters): Options[] {
  const { source } = spec
  switch (source.of) {
    case 'metrics': {
      const grouped = source.by?.length ? { group_by: source.by, ...topOf(spec, source.readings.length) } : {}
      return source.readings.map(({ expression }) => ({
        ...expressionOptions(
          { expression, ...grouped },
          filters,
          source.compare ?? false,
          resolutionFor(spec, filters.range),
        ),
        placeholderData: keepPreviousData,
      }))
    }
    case 'events':
      return [eventsOptions(filters.range, { event_type: source.query.type ?? null, ...filters.where })]
    case 'anomalies':
      return [anomalyOptions(filters)]
    case 'incidents':
      return [incidentOptions(filters)]
    case 'forecast':
      return [
        forecastOptions(source.measure),
        expressionOptions({ expression: `sum(${source.measure})` }, lastDay(filters), false),
        budgetOptions,
      ]
    case 'budgets':
      return [budgetOptions]
    case 'graph':
      return [graphOptions(filters)]
    case 'partitions':
      return [healthOptions]
    case 'unpriced':
      return [unpricedOptions(filters.range)]
    case 'refusals':
    case 'quarantined':
      return [qualityOptions(filters.range)]
  }
}

export function resolutionFor({ isSeldom }: ChartSpec, range: Range): Resolution {
  return isSeldom ? seldomResolutionOf(range) : resolutionOf(range)
}

const ADD_UP = new Set(['stacked-area', 'bars', 'stacked-bars', 'donut', 'rose', 'semi-donut', 'cumulative', 'river'])

/** Several readings of a group have each its own top: all of the groups are asked for, so that none lacks a reading. */
function topOf(spec: ChartSpec, readings: number) {
  if (readings > 1) return { top: MOST_GROUPS }
  return { top: spec.most ?? MOST_LINES, ...(ADD_UP.has(spec.kind) ? { others: true } : {}) }
}

function lastDay(filters: Filters): Filters {
  return { ...filters, range: { kind: 'last', name: '24h' } }
}

function datasetOf(spec: ChartSpec, answers: unknown[], filters: Filters): Dataset {
  const { source } = spec
  switch (source.of) {
    case 'metrics':
      return {
        ...NO_DATA,
        lines: source.readings.flatMap(({ label }, place) => linesOf(answers[place] as QueryResult, label)),
      }
    case 'events':
      return ofEvents(answers[0] as EventsRead, source)
    case 'anomalies':
      return ofAnomalies(spec, (answers[0] as { anomalies: Anomaly[] }).anomalies, source.by)
    case 'incidents':
      return { ...NO_DATA, items: ofIncidents((answers[0] as { incidents: Incident[] }).incidents, source.by, filters) }
    case 'forecast':
      return ofForecast(answers[0] as ForecastsAnswer, answers[1] as QueryResult)
    case 'budgets':
      return { ...NO_DATA, items: (answers[0] as { budgets: Budget[] }).budgets.map(ofBudget) }
    case 'graph':
      return { ...NO_DATA, links: (answers[0] as { edges: Edge[] }).edges.map(ofEdge) }
    case 'partitions':
      return { ...NO_DATA, items: ofHealth(answers[0] as Health) }
    case 'unpriced':
      return {
        ...NO_DATA,
        items: (answers[0] as { models: UnpricedModel[] }).models.map((each) => ({
          name: named(each.model),
          value: each.unpriced_requests,
          dimensions: { model: each.model },
          extra: { requests: each.requests, 'reported USD': each.reported_usd },
        })),
      }
    case 'refusals':
      return ofQuality(answers[0] as QualityAnswer)
    case 'quarantined':
      return { ...NO_DATA, lines: [ofQuarantined(answers[0] as QualityAnswer)] }
  }
}

function ofEvents({ events, isWhole }: EventsRead, { query, fields }: Extract<Source, { of: 'events' }>): Dataset {
  return { ...NO_DATA, items: counted(wanted(events, query.leaf), fields), read: isWhole ? null : events.length }
}

const TOO_LATE = 'too late to be counted'

function ofQuality({ by_code, late, points }: QualityAnswer): Dataset {
  const totals = Object.entries(late ? { ...by_code, [TOO_LATE]: late } : by_code).sort(([, a], [, b]) => b - a)
  return {
    ...NO_DATA,
    items: totals.map(([code, value]) => ({ name: words(code), value })),
    lines: totals.map(([code, whole]) => ({
      name: words(code),
      dimensions: {},
      points: points.map((point) => [
        Date.parse(point.start),
        code === TOO_LATE ? point.late : (point.rejected[code] ?? 0),
      ]),
      whole,
    })),
  }
}

function ofQuarantined({ quarantined, points }: QualityAnswer): Line {
  return {
    name: 'quarantined',
    dimensions: {},
    points: points.map((point) => [Date.parse(point.start), point.quarantined]),
    whole: quarantined,
  }
}

export function leafOf(event: Record<string, unknown>): string {
  const data = (event['payload'] as { data?: Record<string, unknown> } | undefined)?.data ?? {}
  const tag = Object.keys(data).find((name) => name.endsWith('_type') && TAGS.has(name))
  return tag ? String(data[tag]) : ''
}

const TAGS = new Set(['telemetry_type', 'security_type', 'cost_type', 'governance_type', 'custom_type'])

function wanted(events: readonly HubEvent[], leaf: string | undefined): readonly HubEvent[] {
  return leaf ? events.filter(({ event }) => leafOf(event) === leaf) : events
}

function ofAnomalies(
  spec: ChartSpec,
  anomalies: readonly Anomaly[],
  by: 'severity' | 'kind' | 'measure' | 'status',
): Dataset {
  if (spec.kind === 'scatter') {
    return {
      ...NO_DATA,
      items: anomalies.map((each) => ({
        name: each.explanation,
        value: each.score,
        path: [each.severity],
        to: `/anomalies/${each.anomaly_id}`,
        extra: { at: Date.parse(each.window_start) },
      })),
    }
  }
  if (spec.kind === 'stacked-bars') return { ...NO_DATA, lines: byWindow(anomalies, by) }
  return { ...NO_DATA, items: tally(anomalies.map((each) => words(each[by]))) }
}

/** Anomalies are so few that one bar is of five minutes. */
export const COARSE = 300_000

function byWindow(anomalies: readonly Anomaly[], by: 'severity' | 'kind' | 'measure' | 'status') {
  const seen = anomalies.map((each) => ({
    name: each[by],
    start: Math.floor(Date.parse(each.window_start) / COARSE) * COARSE,
  }))
  // Bars are put on each other point by point: all lines have the same times.
  const starts = [...new Set(seen.map(({ start }) => start))].sort((one, other) => one - other)
  return ranked([...new Set(seen.map(({ name }) => name))]).map((name) => {
    const own = seen.filter((each) => each.name === name)
    const points = starts.map((at): [number, number] => [at, own.filter(({ start }) => start === at).length])
    return { name, dimensions: {}, points, whole: own.length }
  })
}

function tally(names: readonly string[]): Item[] {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].map(([name, value]) => ({ name, value })).sort((one, other) => other.value - one.value)
}

function ofIncidents(incidents: readonly Incident[], by: 'level' | 'type' | 'cause', filters: Filters): Item[] {
  const { start, end } = spanOf(filters.range)
  const within = incidents.filter(
    (each) => Date.parse(each.last_signal_at) >= start && Date.parse(each.opened_at) <= end,
  )
  if (by === 'level') return tally(within.map((each) => each.impact.level))
  if (by === 'type') return tally(within.flatMap((each) => each.correlation_types.map(words)))
  return tally(within.flatMap((each) => each.suspected_causes.slice(0, 1).map((cause) => words(cause.kind))))
}

function ofForecast(answer: ForecastsAnswer, past: QueryResult): Dataset {
  const [forecast] = answer.forecasts
  if (!forecast) return NO_DATA
  const HOUR = 3_600_000
  const hours = new Map<number, number>()
  const [line] = linesOf(past, undefined)
  for (const [at, value] of line?.points ?? []) {
    const hour = Math.floor(at / HOUR) * HOUR
    if (value !== null) hours.set(hour, (hours.get(hour) ?? 0) + value)
  }
  const origin = Date.parse(forecast.origin)
  const observed = [...hours].filter(([at]) => at < origin).sort(([one], [other]) => one - other)
  const ahead = forecast.hours.map(({ start, ...rest }) => ({ at: Date.parse(start), ...rest }))
  return { ...NO_DATA, fan: [{ past: observed as [number, number][], ahead }] }
}

function ofBudget(budget: Budget): Item {
  return {
    name: budget.name,
    to: `/budgets/${budget.id}`,
    value: budget.standing?.spent_usd ?? 0,
    extra: {
      budget: budget.amount_usd,
      spent: budget.standing?.spent_usd ?? null,
      forecast: budget.standing?.forecast_usd ?? null,
    },
  }
}

export function componentName({ kind, name }: Component): string {
  return `${kind} ${name}`
}

function spotOfComponent({ kind, name }: Component): Spot {
  return (FILTERED as readonly string[]).includes(kind) ? { dimensions: { [kind]: name } } : {}
}

/** A call from one component to another, as a link between them. */
export function ofEdge(edge: Edge): Link {
  return {
    source: componentName(edge.caller),
    target: componentName(edge.callee),
    value: edge.calls,
    ends: [spotOfComponent(edge.caller), spotOfComponent(edge.callee)] as const,
    extra: { errors: edge.error_ratio, latency: edge.mean_latency_ms },
  }
}

function ofHealth(health: Health): Item[] {
  const now = Date.now()
  return Object.entries(health.last_ticks).map(([partition, at]) => ({
    name: `Partition ${partition}`,
    value: Math.max(0, now - Date.parse(at)),
  }))
}
