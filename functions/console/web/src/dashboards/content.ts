/** What a dashboard holds: its charts and where they stand on a grid of twelve columns. */

import type { Dimension } from '../api/types'
import { chartOrNone } from '../charts/catalogue'
import type { ChartSpec, Kind } from '../charts/spec'
import type { Unit } from '../ui/format'

export const COLUMNS = 12
export const ROW = 60

/** A chart of one's own: a formula over measures. */
export interface Own {
  title: string
  expression: string
  by: readonly Dimension[]
  kind: Kind
  unit: Unit
}

export interface Widget {
  id: string
  /** Of the catalogue; without it the widget is one of one's own. */
  chart?: string
  own?: Own
  title?: string
  x: number
  y: number
  w: number
  h: number
}

export interface Content {
  version: 1
  widgets: Widget[]
}

export function specOf(widget: Widget): ChartSpec | undefined {
  const known = widget.chart ? chartOrNone(widget.chart) : widget.own && ownSpec(widget.id, widget.own)
  return known && widget.title ? { ...known, title: widget.title } : known
}

function ownSpec(id: string, { title, expression, by, kind, unit }: Own): ChartSpec {
  return {
    id: `own-${id}`,
    title,
    about: by.length ? `${expression}, by ${by.join(' and ')}` : expression,
    topic: 'traffic',
    kind,
    unit,
    events: {},
    source: {
      of: 'metrics',
      compare: kind === 'value',
      ...(by.length ? { by } : {}),
      readings: [by.length ? { expression } : { expression, label: title }],
    },
  }
}

export function isValue(widget: Widget): boolean {
  return specOf(widget)?.kind === 'value'
}

/** Below everything that is there. */
export function added(widgets: readonly Widget[], what: Pick<Widget, 'chart' | 'own'>): Widget[] {
  const id = crypto.randomUUID()
  const bottom = Math.max(0, ...widgets.map(({ y, h }) => y + h))
  const small = isValue({ id, ...what, x: 0, y: 0, w: 1, h: 1 })
  return [...widgets, { id, ...what, x: 0, y: bottom, w: small ? 3 : 6, h: small ? 2 : 4 }]
}

export function copied(widgets: readonly Widget[], id: string): Widget[] {
  const found = widgets.find((widget) => widget.id === id)
  return found ? [...widgets, { ...found, id: crypto.randomUUID(), y: found.y + found.h }] : [...widgets]
}

export function changed(widgets: readonly Widget[], id: string, change: Partial<Widget>): Widget[] {
  return widgets.map((widget) => (widget.id === id ? bounded({ ...widget, ...change }) : widget))
}

function bounded(widget: Widget): Widget {
  const w = Math.min(COLUMNS, Math.max(2, widget.w))
  return {
    ...widget,
    w,
    h: Math.max(2, widget.h),
    x: Math.min(COLUMNS - w, Math.max(0, widget.x)),
    y: Math.max(0, widget.y),
  }
}

export function contentOf(read: unknown): Content {
  const widgets = (read as Partial<Content> | null)?.widgets
  return { version: 1, widgets: Array.isArray(widgets) ? widgets.filter((each) => typeof each?.id === 'string') : [] }
}
