/** From a place on a chart to the events behind it. */

import type { Dimensions } from '../api/types'
import { FILTERED, type Filters, type Span, written } from '../filters'
import type { Item } from './data'
import type { ChartSpec } from './spec'

export interface Field {
  name: string
  value: string
}

export interface Spot {
  span?: Span
  dimensions?: Dimensions | undefined
  fields?: readonly Field[] | undefined
  /** A view that tells more of it than a list of events. */
  to?: string | undefined
}

/** What an item stands for, or of one along a path some of its steps. */
export function spotOfItem({ dimensions, fields, to }: Item, first = 0, end = Number.POSITIVE_INFINITY): Spot {
  return {
    dimensions: dimensions && Object.fromEntries(Object.entries(dimensions).slice(first, end)),
    fields: fields?.slice(first, end),
    to,
  }
}

export function both(one: Spot, other: Spot): Spot {
  return {
    dimensions: { ...one.dimensions, ...other.dimensions },
    fields: [...(one.fields ?? []), ...(other.fields ?? [])],
  }
}

export function eventsBehind(spec: Pick<ChartSpec, 'events'>, filters: Filters, spot: Spot = {}): string {
  if (spot.to) return spot.to
  const where = { ...filters.where }
  for (const dimension of FILTERED) {
    const value = spot.dimensions?.[dimension]
    if (typeof value === 'string') where[dimension] = [value]
  }
  const range = spot.span ? ({ kind: 'between', ...spot.span } as const) : filters.range
  const params = written({ ...filters, live: false, range, where })
  if (spec.events?.type) params.set('type', spec.events.type)
  if (spec.events?.leaf) params.set('leaf', spec.events.leaf)
  for (const { name, value } of spot.fields ?? []) params.append('field', `${name}:${value}`)
  return `/events?${params}`
}
