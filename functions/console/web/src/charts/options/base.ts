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

export function legend(look: Look, names: readonly string[]) {
  return {
    show: names.length > 1,
    type: 'scroll',
    bottom: 0,
    left: 0,
    itemWidth: 10,
    itemHeight: 10,
    itemGap: 12,
    icon: 'roundRect',
    textStyle: { color: look.faint, fontSize: 11 },
    pageTextStyle: { color: look.faint },
    pageIconColor: look.faint,
    pageIconSize: 10,
  }
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
