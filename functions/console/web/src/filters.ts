/** The one filter bar: what is looked at, kept in the address so that a link shows the same. */

import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { Dimension, Resolution } from './api/types'

export const RANGES = ['5m', '15m', '30m', '1h', '3h', '6h', '12h', '24h', '7d', '30d'] as const
export type RangeName = (typeof RANGES)[number]

export const LABELS: Record<RangeName, string> = {
  '5m': '5 minutes',
  '15m': '15 minutes',
  '30m': '30 minutes',
  '1h': '1 hour',
  '3h': '3 hours',
  '6h': '6 hours',
  '12h': '12 hours',
  '24h': '24 hours',
  '7d': '7 days',
  '30d': '30 days',
}

export const FILTERED = ['model', 'provider', 'team', 'source_module'] as const
export type Filtered = (typeof FILTERED)[number]

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const MINUTE = 60_000
const DEFAULT: RangeName = '3h'

/** Either so far back from now, and it moves along, or from one instant to another. */
export type Range = { kind: 'last'; name: RangeName } | { kind: 'between'; start: number; end: number }

export interface Filters {
  range: Range
  where: Partial<Record<Filtered, readonly string[]>>
  live: boolean
  /** The address says nothing of the range. */
  isPlain?: boolean
}

export interface Span {
  start: number
  end: number
}

export function length(range: Range): number {
  if (range.kind === 'between') return range.end - range.start
  return Number.parseInt(range.name, 10) * (UNITS[range.name.slice(-1)] ?? MINUTE)
}

/** Whole minutes, so that two charts of one screen ask for the same. */
export function spanOf(range: Range, now = Date.now()): Span {
  if (range.kind === 'between') return range
  const end = Math.ceil(now / MINUTE) * MINUTE
  return { start: end - length(range), end }
}

/** The span of the same length that came before. */
export function before(range: Range, now = Date.now()): Span {
  const { start, end } = spanOf(range, now)
  return { start: start - (end - start), end: start }
}

const HOUR = 3_600_000
const FINEST: readonly [number, Resolution, number][] = [
  [6 * HOUR, '1m', MINUTE],
  [24 * HOUR, '5m', 5 * MINUTE],
  [4 * 24 * HOUR, '15m', 15 * MINUTE],
]

export function resolutionOf(range: Range): Resolution {
  return FINEST.find(([longest]) => length(range) <= longest)?.[1] ?? '1h'
}

const NEXT: Record<Resolution, Resolution> = { '1m': '5m', '5m': '15m', '15m': '1h', '1h': '1h' }

/** Of longer windows than most: what is seldom would be a line full of gaps. */
export function seldomResolutionOf(range: Range): Resolution {
  return NEXT[resolutionOf(range)]
}

export const STEP: Record<Resolution, number> = { '1m': MINUTE, '5m': 5 * MINUTE, '15m': 15 * MINUTE, '1h': HOUR }

let isPushed = false

/** While the hub tells news by itself, a live page need not ask for them all the time. */
export function arePushed(news: boolean): void {
  isPushed = news
}

export function refreshMilliseconds({ live, range }: Filters): number | false {
  if (live) return isPushed ? 60_000 : 5_000
  if (range.kind === 'between') return false
  return length(range) <= HOUR ? 15_000 : length(range) <= 6 * HOUR ? 30_000 : 60_000
}

export function parse(params: URLSearchParams): Filters {
  const where: Filters['where'] = {}
  for (const dimension of FILTERED) {
    const values = params.getAll(dimension)
    if (values.length) where[dimension] = values
  }
  return {
    range: rangeIn(params),
    where,
    live: params.get('live') === '1',
    isPlain: !params.has('range') && !params.has('from'),
  }
}

function rangeIn(params: URLSearchParams): Range {
  const start = Date.parse(params.get('from') ?? '')
  const end = Date.parse(params.get('to') ?? '')
  if (start < end) return { kind: 'between', start, end }
  const name = RANGES.find((each) => each === params.get('range'))
  return { kind: 'last', name: name ?? DEFAULT }
}

export function written(filters: Filters, kept: URLSearchParams = new URLSearchParams()): URLSearchParams {
  const params = new URLSearchParams(kept)
  for (const name of ['range', 'from', 'to', 'live', ...FILTERED]) params.delete(name)
  if (filters.range.kind === 'between') {
    params.set('from', new Date(filters.range.start).toISOString())
    params.set('to', new Date(filters.range.end).toISOString())
  } else if (!filters.isPlain || filters.range.name !== DEFAULT) {
    params.set('range', filters.range.name)
  }
  if (filters.live) params.set('live', '1')
  for (const dimension of FILTERED) for (const value of filters.where[dimension] ?? []) params.append(dimension, value)
  return params
}

export function useFilters(): [Filters, (changed: Partial<Filters>) => void] {
  const [params, setParams] = useSearchParams()
  const filters = useMemo(() => parse(params), [params])
  return [
    filters,
    (changed) =>
      setParams((old) => written({ ...parse(old), ...changed, ...(changed.range ? { isPlain: false } : {}) }, old), {
        replace: true,
      }),
  ]
}

/** Whether the hub keeps series by all of these together. */
export function keptBy(
  groupings: readonly (readonly Dimension[])[],
  by: readonly Dimension[],
  where: Filters['where'],
): boolean {
  const wanted = new Set<Dimension>([...by, ...(Object.keys(where) as Dimension[])])
  return groupings.some((grouping) => grouping.length === wanted.size && grouping.every((each) => wanted.has(each)))
}
