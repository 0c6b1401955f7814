import type { Kind } from '../spec'
import type { Drawing, Option } from './base'
import { boxPlot, bullet, funnel, gauge, histogram, pareto, pie, ranking, waterfall } from './parts'
import { band, boxesInTime, fan, inTime, river } from './time'

type Draw = (drawing: Drawing) => Option
export type Drawn = Exclude<Kind, 'value' | 'table' | 'pivot'>

const RELATIONS = [
  'treemap',
  'sunburst',
  'sankey',
  'chord',
  'graph',
  'heatmap',
  'matrix',
  'punch-card',
  'calendar',
  'bubble',
  'radar',
  'scatter',
] as const
type Relation = (typeof RELATIONS)[number]

const DRAWS: Record<Exclude<Drawn, Relation>, Draw> = {
  line: inTime,
  smooth: inTime,
  step: inTime,
  area: inTime,
  'stacked-area': inTime,
  bars: inTime,
  'stacked-bars': inTime,
  cumulative: inTime,
  band,
  fan,
  river,
  'boxes-in-time': boxesInTime,
  'box-plot': boxPlot,
  ranking,
  donut: pie,
  'semi-donut': pie,
  rose: pie,
  funnel,
  gauge,
  waterfall,
  pareto,
  histogram,
  bullet,
}

/** Half of the kinds need only lines, bars and pies; what the others need is fetched when one of them is shown. */
export const SELDOM: ReadonlySet<Kind> = new Set<Kind>([
  ...RELATIONS,
  'river',
  'boxes-in-time',
  'box-plot',
  'funnel',
  'gauge',
])

export async function drawOf(kind: Drawn): Promise<Draw> {
  if (!isRelation(kind)) return DRAWS[kind]
  const { matrix, ...relations } = await import('./relations')
  const draws: Record<Relation, Draw> = { ...relations, matrix, 'punch-card': relations.punchCard }
  return draws[kind]
}

function isRelation(kind: Drawn): kind is Relation {
  return (RELATIONS as readonly string[]).includes(kind)
}

/** The kinds whose place along the x axis is a moment. */
export const OVER_TIME: ReadonlySet<Kind> = new Set<Kind>([
  'line',
  'smooth',
  'step',
  'area',
  'stacked-area',
  'bars',
  'stacked-bars',
  'cumulative',
  'band',
  'boxes-in-time',
])
