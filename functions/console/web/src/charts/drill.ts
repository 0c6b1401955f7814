/** From a place on a chart to the events behind it. */

import type { Dimensions } from '../api/types'
import { FILTERED, type Filters, type Span, written } from '../filters'
import type { ChartSpec } from './spec'

export interface Spot {
  span?: Span
  dimensions?: Dimensions | undefined
  field?: { name: string; value: string } | undefined
}

export function eventsBehind(spec: Pick<ChartSpec, 'events'>, filters: Filters, spot: Spot = {}): string {
  const where = { ...filters.where }
  for (const dimension of FILTERED) {
    const value = spot.dimensions?.[dimension]
    if (typeof value === 'string') where[dimension] = [value]
  }
  const range = spot.span ? ({ kind: 'between', ...spot.span } as const) : filters.range
  const params = written({ ...filters, live: false, range, where })
  if (spec.events?.type) params.set('type', spec.events.type)
  if (spec.events?.leaf) params.set('leaf', spec.events.leaf)
  if (spot.field) params.set('field', `${spot.field.name}:${spot.field.value}`)
  return `/events?${params}`
}
