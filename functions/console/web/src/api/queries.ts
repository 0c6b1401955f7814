/** What the views ask for, cached by what was asked; expressions that are asked for together go out together. */

import { type QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { before, type Filters, type Range, refreshMilliseconds, resolutionOf, spanOf } from '../filters'
import { useHub } from '../hub'
import { change, get, HubError, type Query, ROOT } from './client'
import type {
  Anomaly,
  ApiKey,
  Budget,
  BudgetInput,
  Decision,
  Edge,
  Filter,
  ForecastsAnswer,
  Health,
  HubEvent,
  Incident,
  IncidentDetail,
  KnownSeries,
  Me,
  MetricQuery,
  QualityAnswer,
  QueryAnswer,
  QueryResult,
  Resolution,
  UnpricedModel,
} from './types'

const MOST_TOGETHER = 20
const TOGETHER_MILLISECONDS = 15
/** A page asks much; the hub has others to answer too. */
const MOST_AT_ONCE = 2

export function retries(count: number, error: Error): boolean {
  return count < 2 && !(error instanceof HubError && error.isRefusal)
}

interface Waiting {
  query: MetricQuery
  resolve: (result: QueryResult) => void
  reject: (error: unknown) => void
}

interface Batch {
  range: { start: string; end: string; resolution: string; compare: string }
  waiting: Waiting[]
}

const batches = new Map<string, Batch>()

/** One expression; whatever is asked for in the same moment over the same range is one request. */
function expression(range: Batch['range'], query: MetricQuery): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const key = JSON.stringify(range)
    const batch = batches.get(key) ?? { range, waiting: [] }
    if (!batch.waiting.length) setTimeout(() => flush(key), TOGETHER_MILLISECONDS)
    batch.waiting.push({ query, resolve, reject })
    batches.set(key, batch)
    if (batch.waiting.length >= MOST_TOGETHER) flush(key)
  })
}

const queue: Batch[] = []
let asking = 0

function flush(key: string): void {
  const batch = batches.get(key)
  if (!batch?.waiting.length) return
  batches.delete(key)
  queue.push(batch)
  next()
}

function next(): void {
  const batch = asking < MOST_AT_ONCE ? queue.shift() : undefined
  if (!batch) return
  asking += 1
  void ask(batch).finally(() => {
    asking -= 1
    next()
  })
}

async function ask(batch: Batch): Promise<void> {
  const queries = batch.waiting.map(({ query }, place) => ({ ...query, name: `q${place}` }))
  try {
    const answer = await change<QueryAnswer>('POST', 'v1/query', { ...batch.range, queries })
    batch.waiting.forEach(({ resolve, reject }, place) => {
      const result = answer.results[place]
      if (result) resolve(result)
      else reject(new HubError(502, 'incomplete', 'The hub did not answer all that was asked.', null, null))
    })
  } catch (error) {
    if (batch.waiting.length > 1 && error instanceof HubError && error.isRefusal) await apart(batch)
    else for (const { reject } of batch.waiting) reject(error)
  }
}

/** One refused expression must not take the others with it. */
async function apart({ range, waiting }: Batch): Promise<void> {
  await Promise.all(
    waiting.map(async ({ query, resolve, reject }) => {
      try {
        const answer = await change<QueryAnswer>('POST', 'v1/query', { ...range, queries: [{ ...query, name: 'q0' }] })
        if (answer.results[0]) resolve(answer.results[0])
      } catch (error) {
        reject(error)
      }
    }),
  )
}

export function expressionOptions(
  query: Omit<MetricQuery, 'name' | 'filters'>,
  filters: Filters,
  compare: boolean,
  resolution: Resolution = resolutionOf(filters.range),
) {
  return {
    queryKey: ['query', query, filters.range, filters.where, compare, resolution],
    queryFn: () => {
      const { start, end } = spanOf(filters.range)
      const range = {
        start: new Date(start).toISOString(),
        end: new Date(end).toISOString(),
        resolution,
        compare: compare ? 'previous' : 'none',
      }
      return expression(range, { ...query, name: 'q', filters: filtersOf(filters.where) })
    },
    refetchInterval: () => refreshMilliseconds(filters),
    staleTime: 5_000,
  } as const
}

export function filtersOf(where: Filters['where']): Filter[] {
  return Object.entries(where).map(([dimension, values]) => ({
    dimension: dimension as Filter['dimension'],
    operator: 'in',
    values: values ?? [],
  }))
}

function times(range: Range): { start: string; end: string } {
  const { start, end } = spanOf(range)
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() }
}

export function timesBefore(range: Range): { start: string; end: string } {
  const { start, end } = before(range)
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString() }
}

export function useMe() {
  return useQuery({ queryKey: ['me'], queryFn: ({ signal }) => get<Me>('v1/me', {}, signal), staleTime: 300_000 })
}

/** Whether who has signed in may do this; until it is known, yes: the hub decides anyway. */
export function useMay(permission: string): boolean {
  const { data } = useMe()
  return data ? data.permissions.includes(permission) : true
}

export const healthOptions = {
  queryKey: ['health'],
  queryFn: async ({ signal }: { signal: AbortSignal }) => {
    // A hub that stands still says so with 503, and how far it has come all the same.
    const answer = await fetch(new URL('v1/health', ROOT), { signal })
    return (await answer.json()) as Health
  },
  refetchInterval: 15_000,
} as const

export function useHealth() {
  return useQuery(healthOptions)
}

const ANOMALY_FILTERS = ['model', 'provider', 'team', 'source_module'] as const

export function anomalyOptions(filters: Filters, more: Query = {}) {
  const where = Object.fromEntries(ANOMALY_FILTERS.map((name) => [name, filters.where[name]?.[0]]))
  return {
    queryKey: ['anomalies', filters.range, where, more],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<{ anomalies: Anomaly[] }>('v1/anomalies', { ...times(filters.range), ...where, limit: 500, ...more }, signal),
    refetchInterval: () => refreshMilliseconds(filters),
  } as const
}

export function useAnomalies(filters: Filters, more: Query = {}) {
  return useQuery({ ...anomalyOptions(filters, more), select: (answer) => answer.anomalies })
}

export function useAnomaly(id: string) {
  return useQuery({
    queryKey: ['anomaly', id],
    queryFn: ({ signal }) => get<Anomaly>(`v1/anomalies/${id}`, {}, signal),
  })
}

export function useDecision() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, decision }: { id: string; decision: Decision }) =>
      change<Anomaly>('PATCH', `v1/anomalies/${encodeURIComponent(id)}`, decision),
    onSuccess: (decided) => {
      client.setQueryData(['anomaly', decided.anomaly_id], decided)
      client.setQueriesData<{ anomalies: Anomaly[] }>({ queryKey: ['anomalies'] }, (old) => replaced(old, decided))
    },
  })
}

function replaced(old: { anomalies: Anomaly[] } | undefined, decided: Anomaly): { anomalies: Anomaly[] } | undefined {
  if (!old) return old
  return { ...old, anomalies: old.anomalies.map((each) => (each.anomaly_id === decided.anomaly_id ? decided : each)) }
}

export function incidentOptions(filters: Filters) {
  return {
    queryKey: ['incidents'],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<{ incidents: Incident[] }>('v1/incidents', { limit: 200 }, signal),
    refetchInterval: () => refreshMilliseconds(filters),
  } as const
}

export function useIncidents(filters: Filters) {
  return useQuery({ ...incidentOptions(filters), select: (answer) => answer.incidents })
}

export function useIncident(id: string) {
  return useQuery({
    queryKey: ['incident', id],
    queryFn: ({ signal }) => get<IncidentDetail>(`v1/incidents/${encodeURIComponent(id)}`, {}, signal),
    refetchInterval: 30_000,
  })
}

export function graphOptions(filters: Filters) {
  const minutes = Math.min(
    1440,
    Math.max(15, Math.round((spanOf(filters.range).end - spanOf(filters.range).start) / 60_000)),
  )
  return {
    queryKey: ['graph', minutes],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<{ edges: Edge[]; dropped: number }>('v1/graph', { window_minutes: minutes }, signal),
  } as const
}

const MOST_PAGES = 3

export interface EventsRead {
  events: HubEvent[]
  /** False where there are older ones that were not read. */
  isWhole: boolean
}

/** Events of one kind in the range, as many as three pages hold: enough to count what they say. */
export function eventsOptions(range: Range, query: Query) {
  return {
    queryKey: ['events', range, query],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<EventsRead> => {
      const events: HubEvent[] = []
      let next: string | null = null
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const answer: { events: HubEvent[]; next: string | null } = await get(
          'v1/events',
          { ...times(range), limit: 500, next, ...query },
          signal,
        )
        events.push(...answer.events)
        next = answer.next
        if (!next) break
      }
      return { events, isWhole: next === null }
    },
    staleTime: 30_000,
  } as const
}

export function useEventPages(range: Range, query: Query) {
  return useInfiniteQuery({
    queryKey: ['event-pages', range, query],
    queryFn: ({ pageParam, signal }) =>
      get<{ events: HubEvent[]; next: string | null }>(
        'v1/events',
        { ...times(range), limit: 100, ...query, next: pageParam },
        signal,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
}

export function useEvent(id: string | null) {
  return useQuery({
    queryKey: ['event', id],
    queryFn: ({ signal }) => get<HubEvent>(`v1/events/${id}`, {}, signal),
    enabled: id !== null,
  })
}

export function useRelated(id: string | null) {
  return useQuery({
    queryKey: ['related', id],
    queryFn: ({ signal }) =>
      get<{ events: HubEvent[]; relations: { from_event: string; to_event: string; relationship: string }[] }>(
        `v1/events/${id}/related`,
        {},
        signal,
      ),
    enabled: id !== null,
  })
}

export function forecastOptions(measure: string, groupBy: readonly string[] = []) {
  return {
    queryKey: ['forecasts', measure, groupBy],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<ForecastsAnswer>('v1/forecasts', { measure, group_by: groupBy.join(',') || null }, signal),
    staleTime: 300_000,
  } as const
}

export function useForecasts(measure: string, groupBy: readonly string[] = []) {
  return useQuery(forecastOptions(measure, groupBy))
}

export const budgetOptions = {
  queryKey: ['budgets'],
  queryFn: ({ signal }: { signal: AbortSignal }) => get<{ budgets: Budget[] }>('v1/budgets', {}, signal),
  staleTime: 60_000,
} as const

export function useBudgets() {
  return useQuery({ ...budgetOptions, select: (answer) => answer.budgets })
}

export function useBudgetChange() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, budget }: { id?: string; budget: BudgetInput | null }) => {
      if (!budget) return change<null>('DELETE', `v1/budgets/${id}`)
      return id ? change<Budget>('PUT', `v1/budgets/${id}`, budget) : change<Budget>('POST', 'v1/budgets', budget)
    },
    onSuccess: () => again(client, 'budgets'),
  })
}

export function unpricedOptions(range: Range) {
  return {
    queryKey: ['unpriced', range],
    queryFn: ({ signal }: { signal: AbortSignal }) =>
      get<{ models: UnpricedModel[] }>('v1/prices/unpriced', times(range), signal),
  } as const
}

export function qualityOptions(range: Range) {
  return {
    queryKey: ['quality', range],
    queryFn: ({ signal }: { signal: AbortSignal }) => get<QualityAnswer>('v1/quality', times(range), signal),
  } as const
}

export function useKnown(range: Range, by: string, isWanted = true) {
  return useQuery({
    queryKey: ['series', range, by],
    queryFn: ({ signal }) => get<{ series: KnownSeries[] }>('v1/series', { ...times(range), group_by: by }, signal),
    select: (answer) => answer.series,
    enabled: isWanted,
    staleTime: 60_000,
  })
}

export function useKeys() {
  return useQuery({
    queryKey: ['keys'],
    queryFn: ({ signal }) => get<{ keys: ApiKey[] }>('v1/keys', {}, signal),
    select: (answer) => answer.keys,
  })
}

export function again(client: QueryClient, ...key: unknown[]): Promise<void> {
  return client.invalidateQueries({ queryKey: key })
}

export function useGroupings() {
  return useHub().facts.groupings
}
