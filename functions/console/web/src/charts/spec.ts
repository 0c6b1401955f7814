/** What a chart says, declared: the catalogue is a list of these, and one component draws them all. */

import type { Dimension } from '../api/types'
import type { Unit } from '../ui/format'

/** An expression over measures, such as "sum(errors) / sum(requests)", and what it is called beside others. */
export interface Reading {
  expression: string
  label?: string
}

/** Events of the index: which are meant, and the field of their payload that they are counted by. */
export interface EventQuery {
  type?: string
  leaf?: string
}

export type Source =
  | { of: 'metrics'; readings: readonly Reading[]; by?: readonly Dimension[]; compare?: boolean }
  | { of: 'events'; query: EventQuery; fields: readonly string[] }
  | { of: 'anomalies'; by: 'severity' | 'kind' | 'measure' | 'status' }
  | { of: 'incidents'; by: 'level' | 'type' | 'cause' }
  | { of: 'forecast'; measure: string }
  | { of: 'budgets' }
  | { of: 'graph' }
  | { of: 'partitions' }
  | { of: 'unpriced' }
  | { of: 'refusals' }
  | { of: 'quarantined' }

export type Kind =
  | 'line'
  | 'smooth'
  | 'step'
  | 'area'
  | 'stacked-area'
  | 'bars'
  | 'stacked-bars'
  | 'cumulative'
  | 'band'
  | 'boxes-in-time'
  | 'box-plot'
  | 'ranking'
  | 'donut'
  | 'semi-donut'
  | 'rose'
  | 'treemap'
  | 'sunburst'
  | 'sankey'
  | 'chord'
  | 'funnel'
  | 'gauge'
  | 'radar'
  | 'heatmap'
  | 'matrix'
  | 'punch-card'
  | 'calendar'
  | 'bubble'
  | 'waterfall'
  | 'pareto'
  | 'histogram'
  | 'river'
  | 'bullet'
  | 'fan'
  | 'graph'
  | 'scatter'
  | 'value'
  | 'table'
  | 'pivot'

export type Topic = 'traffic' | 'models' | 'cost' | 'security' | 'governance' | 'quality' | 'forecasts'

export interface ChartSpec {
  id: string
  title: string
  /** One sentence: what it shows, and of what. */
  about: string
  topic: Topic
  kind: Kind
  source: Source
  unit: Unit
  /** The events that a click leads to. */
  events?: EventQuery
  /** Whether less is better: how a change against the period before is coloured. */
  good?: 'up' | 'down'
  thresholds?: { warn: number; bad: number }
  most?: number
  /** Of a funnel, first to last: whatever stands at one has come through those before it. */
  stages?: readonly string[]
  /** Of what is so seldom that most of the finest windows would be empty: windows of the next size. */
  isSeldom?: boolean
  /** Milliseconds: what says nothing of a shorter range is left out. */
  leastRange?: number
}
