import type { EChartsCoreOption } from 'echarts/core'
import { at, number, type Unit } from '../../ui/format'
import type { Dataset } from '../data'
import { colourOf, type Look } from '../look'
import type { ChartSpec } from '../spec'

export type Option = EChartsCoreOption

export interface Drawing {
  spec: ChartSpec
  data: Dataset
  look: Look
  start: number
  end: number
  step: number
  /** Pixels: what does not fit is left out. */
  width: number
  height: number
}

const NARROW = 420
/** A canvas knows no `inherit`. */
const FONT = 'Inter, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif'

export function text(look: Look) {
  return { color: look.text, fontFamily: FONT, fontSize: 11 }
}

export function base({ look }: Drawing): Option {
  return {
    backgroundColor: 'transparent',
    textStyle: text(look),
    animationDuration: 250,
    aria: { enabled: true },
  }
}

export function tooltip(look: Look, unit: Unit, trigger: 'axis' | 'item') {
  return {
    trigger,
    confine: true,
    backgroundColor: look.surface,
    borderColor: look.line,
    textStyle: { color: look.text, fontSize: 12 },
    axisPointer: { type: 'line', lineStyle: { color: look.faint, type: 'dashed' } },
    valueFormatter: (value: unknown) => number(typeof value === 'number' ? value : null, unit),
  }
}

const MARK = 15
const GAP = 12
const PAGER = 73.5
const COLUMN = 118

/** Names in a row; what does not fit is on further pages, of columns as wide as each other so that none is cut. */
export function legend({ look, width }: Drawing, names: readonly string[]) {
  const isPaged = names.reduce((sum, name) => sum + MARK + widthOf(name) + GAP, 0) > width
  const columns = Math.max(1, Math.round((width - PAGER) / COLUMN))
  const column = (width - PAGER) / columns - MARK - GAP
  return {
    show: names.length > 1,
    type: 'scroll',
    bottom: 0,
    left: 0,
    itemWidth: 10,
    itemHeight: 10,
    itemGap: GAP,
    icon: 'roundRect',
    // Only what has a background is as wide as it is told to be.
    textStyle: { color: look.faint, fontSize: 11, rich: { name: { width: column, backgroundColor: 'transparent' } } },
    ...(isPaged ? { formatter: (name: string) => `{name|${shortened(name, column)}}`, tooltip: { show: true } } : {}),
    pageTextStyle: { color: look.faint },
    pageIconColor: look.faint,
    pageIconSize: 10,
  }
}

function shortened(name: string, width: number): string {
  const written = name.replace(/[{}|]/g, ' ')
  if (widthOf(written) <= width) return written
  const letters = [...written]
  while (letters.length && widthOf(`${letters.join('')}…`) > width) letters.pop()
  return `${letters.join('')}…`
}

const measure = document.createElement('canvas').getContext('2d')

function widthOf(name: string): number {
  if (!measure) return 0
  measure.font = `11px ${FONT}`
  return measure.measureText(name).width
}

export function grid(legends: number, more: Record<string, number> = {}) {
  return { left: 4, right: 12, top: 14, bottom: legends > 1 ? 30 : 6, containLabel: true, ...more }
}

export function timeAxis({ look, start, end, width }: Drawing) {
  return {
    type: 'time',
    min: start,
    max: end,
    splitNumber: width < NARROW ? 3 : 6,
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { color: look.faint, hideOverlap: true, fontSize: 11 },
    splitLine: { show: false },
    axisPointer: { label: { formatter: ({ value }: { value: number }) => at(value) } },
  }
}

export function valueAxis(look: Look, unit: Unit, more: Record<string, unknown> = {}) {
  return {
    type: 'value',
    splitNumber: 4,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: look.faint, fontSize: 11, formatter: (value: number) => number(value, unit) },
    splitLine: { lineStyle: { color: look.line } },
    // There is no more than all of it.
    ...(unit === 'ratio' ? { max: ({ max }: { max: number }) => (max > 0.8 && max <= 1 ? 1 : null) } : {}),
    ...more,
  }
}

export function categoryAxis(look: Look, names: readonly string[], more: Record<string, unknown> = {}) {
  return {
    type: 'category',
    data: names,
    axisLine: { lineStyle: { color: look.line } },
    axisTick: { show: false },
    axisLabel: { color: look.faint, fontSize: 11, overflow: 'truncate', width: 120, hideOverlap: true },
    ...more,
  }
}

export function coloured(name: string) {
  return { color: colourOf(name) }
}

export function thresholds(spec: ChartSpec) {
  if (!spec.thresholds) return {}
  const { warn, bad } = spec.thresholds
  return {
    markLine: {
      silent: true,
      symbol: 'none',
      label: { show: false },
      data: [
        { yAxis: warn, lineStyle: { color: colourOf('medium'), type: 'dashed' } },
        { yAxis: bad, lineStyle: { color: colourOf('critical'), type: 'dashed' } },
      ],
    },
  }
}
