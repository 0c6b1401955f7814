/** From what the hub answers to what a chart draws: names, instants and numbers, whatever the source. */

import type { Dimensions, QueryResult } from '../api/types'
import { named, outcome, words } from '../ui/format'
import type { Field, Spot } from './drill'

export interface Line {
  name: string
  dimensions: Dimensions
  /** By time; null where nothing was seen. */
  points: [number, number | null][]
  /** Over the whole range; null where it cannot be told from its windows. */
  whole: number | null
  before?: number | null
}

export interface Item {
  name: string
  value: number
  path?: string[]
  dimensions?: Dimensions
  /** Of the events that it counts. */
  fields?: readonly Field[]
  /** The view that tells more of it. */
  to?: string
  extra?: Record<string, number | null>
}

export interface Link {
  source: string
  target: string
  value: number
  extra?: Record<string, number | null>
  /** Which events either end has a part in. */
  ends?: readonly [Spot, Spot]
}

export interface FanPoint {
  at: number
  point: number
  lower: number
  upper: number
}

export interface Dataset {
  lines: Line[]
  items: Item[]
  links: Link[]
  fan: { past: [number, number][]; ahead: FanPoint[]; limit?: number }[]
  /** How many of the newest events were read, where there are more. */
  read: number | null
}

export const NO_DATA: Dataset = { lines: [], items: [], links: [], fan: [], read: null }

export function isEmpty(data: Dataset): boolean {
  const { lines, items, links, fan } = data
  return (
    !lines.some((line) => line.points.some(([, value]) => value !== null)) &&
    !items.length &&
    !links.length &&
    !fan.length
  )
}

/** What stands for a group in a legend. */
export function nameOf(dimensions: Dimensions): string {
  if (dimensions['otel.metric.overflow']) return 'all over the limit'
  if (dimensions.others) return 'others'
  const values = Object.values(dimensions) as (string | null)[]
  return values.length ? values.map(named).join(' · ') : 'total'
}

/** The lines of one result of a query, one for each group. */
export function linesOf(result: QueryResult, label: string | undefined): Line[] {
  return result.series.map((series) => {
    const name = nameOf(series.dimensions)
    const grouped = Object.keys(series.dimensions).length > 0
    return {
      name: label ? (grouped ? `${name} · ${label}` : label) : name,
      dimensions: series.dimensions,
      points: result.starts.map((start, place) => [Date.parse(start), series.values[place] ?? null]),
      whole: series.total,
      before: series.previous?.total ?? null,
    }
  })
}

/** Events counted by fields of their payload. */
export function counted(events: readonly { event: Record<string, unknown> }[], fields: readonly string[]): Item[] {
  const counts = new Map<string, Item>()
  for (const { event } of events) {
    const found = fields.flatMap((name) => {
      const value = text(fieldOf(event, name))
      return value === null ? [] : [{ name, value }]
    })
    if (found.length < fields.length) continue
    const path = found.map(({ name, value }) => outcome(name, value))
    const name = path.join(' · ')
    const known = counts.get(name)
    if (known) known.value += 1
    else counts.set(name, { name, value: 1, path, fields: found })
  }
  return [...counts.values()].sort((one, other) => other.value - one.value)
}

/** Of the payload's data, or else of the event itself. */
export function fieldOf(event: Record<string, unknown>, field: string): unknown {
  const payload = event['payload'] as { data?: Record<string, unknown> } | undefined
  return payload?.data?.[field] ?? event[field]
}

function text(found: unknown): string | null {
  if (found === null || found === undefined) return null
  if (typeof found === 'object') return text(Object.values(found)[0])
  return String(found)
}

export function columns(data: Dataset): { head: string[]; rows: (string | number | null)[][] } {
  if (data.items.length) {
    const extras = [...new Set(data.items.flatMap((item) => Object.keys(item.extra ?? {})))]
    return {
      head: ['name', 'value', ...extras],
      rows: data.items.map((item) => [item.name, item.value, ...extras.map((extra) => item.extra?.[extra] ?? null)]),
    }
  }
  if (data.links.length) {
    return { head: ['from', 'to', 'value'], rows: data.links.map((link) => [link.source, link.target, link.value]) }
  }
  const [fan] = data.fan
  if (fan) {
    return {
      head: ['time', 'expected', 'lower', 'upper'],
      rows: fan.ahead.map((point) => [new Date(point.at).toISOString(), point.point, point.lower, point.upper]),
    }
  }
  const times = [...new Set(data.lines.flatMap((line) => line.points.map(([at]) => at)))].sort(
    (one, other) => one - other,
  )
  const known = data.lines.map((line) => new Map(line.points))
  return {
    head: ['time', ...data.lines.map((line) => words(line.name))],
    rows: times.map((at) => [new Date(at).toISOString(), ...known.map((points) => points.get(at) ?? null)]),
  }
}
