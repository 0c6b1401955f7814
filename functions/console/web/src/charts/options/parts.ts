/** Charts of how much each has: one number a name. */

import { number, words } from '../../ui/format'
import type { Item, Line } from '../data'
import { colourOf } from '../look'
import { base, categoryAxis, coloured, type Drawing, grid, legend, type Option, tooltip, valueAxis } from './base'

export function itemsOf({ data }: Drawing): Item[] {
  if (data.items.length) return data.items
  return data.lines
    .filter((line) => line.whole !== null && line.whole !== 0)
    .map((line) => ({ name: line.name, value: line.whole ?? 0, dimensions: line.dimensions }))
}

export function largest(items: readonly Item[], most: number): Item[] {
  const ordered = [...items].sort((one, other) => other.value - one.value)
  if (ordered.length <= most) return ordered
  const rest = ordered.slice(most - 1)
  return [...ordered.slice(0, most - 1), { name: 'others', value: rest.reduce((sum, item) => sum + item.value, 0) }]
}

const HIGHEST_ROW = 44

/** As much of a name as a third of the chart holds. */
function named({ look, width }: Drawing) {
  return { color: look.faint, fontSize: 11, width: Math.max(90, width * 0.34), overflow: 'truncate' }
}

export function ranking(drawing: Drawing): Option {
  const { look, spec } = drawing
  const items = [...itemsOf(drawing)].sort((one, other) => other.value - one.value).slice(0, spec.most ?? 10)
  return {
    ...base(drawing),
    // A few bars stand together at the top.
    grid: grid(0, { right: 52, bottom: Math.max(6, drawing.height - 14 - items.length * HIGHEST_ROW) }),
    tooltip: { ...tooltip(look, spec.unit, 'axis'), axisPointer: { type: 'shadow' } },
    xAxis: valueAxis(look, spec.unit, { axisLabel: { show: false }, splitLine: { show: false } }),
    yAxis: categoryAxis(
      look,
      items.map((item) => item.name),
      { inverse: true, axisLine: { show: false }, axisLabel: named(drawing) },
    ),
    series: [
      {
        type: 'bar',
        barMaxWidth: 16,
        data: items.map((item) => ({
          value: item.value,
          name: item.name,
          itemStyle: { ...coloured(item.dimensions ? item.name : 'total'), borderRadius: 3 },
        })),
        label: {
          show: true,
          position: 'right',
          color: look.text,
          fontSize: 11,
          formatter: ({ value }: { value: number }) => number(value, spec.unit),
        },
      },
    ],
  }
}

export function pie(drawing: Drawing): Option {
  const { look, spec, width, height } = drawing
  const items = largest(itemsOf(drawing), spec.most ?? 8)
  const sum = items.reduce((so_far, item) => so_far + item.value, 0)
  const half = spec.kind === 'semi-donut'
  const wide = width > 300
  // The names stand beside it, or below.
  const outer = Math.min(height * (half ? 0.6 : wide ? 0.42 : 0.36), width * (wide ? 0.29 : 0.4))
  const centre = [wide ? '32%' : '50%', half ? '72%' : wide ? '50%' : '40%']
  return {
    ...base(drawing),
    tooltip: tooltip(look, spec.unit, 'item'),
    legend: wide
      ? {
          ...legend(drawing, ['a', 'b']),
          orient: 'vertical',
          left: '64%',
          right: 0,
          top: 'middle',
          bottom: undefined,
          textStyle: { color: look.text, fontSize: 11, overflow: 'truncate', width: Math.max(60, width * 0.36 - 36) },
        }
      : legend(drawing, ['a', 'b']),
    title: {
      text: number(sum, spec.unit),
      left: centre[0],
      top: half ? '58%' : wide ? '46%' : '36%',
      textAlign: 'center',
      textStyle: { color: look.text, fontSize: 16, fontWeight: 600 },
    },
    series: [
      {
        type: 'pie',
        radius: [outer * (spec.kind === 'rose' ? 0.2 : 0.65), outer],
        center: centre,
        ...(half ? { startAngle: 180, endAngle: 360 } : {}),
        ...(spec.kind === 'rose' ? { roseType: 'radius' } : {}),
        itemStyle: { borderColor: look.surface, borderWidth: 2, borderRadius: 3 },
        label: { show: false },
        data: items.map((item) => ({ name: item.name, value: item.value, itemStyle: coloured(item.name) })),
      },
    ],
    ...(spec.kind === 'rose' ? { title: undefined } : {}),
  }
}

export function funnel(drawing: Drawing): Option {
  const { look, spec } = drawing
  const items = spec.stages ? asFarAs(spec.stages, itemsOf(drawing)) : itemsOf(drawing)
  return {
    ...base(drawing),
    tooltip: tooltip(look, spec.unit, 'item'),
    series: [
      {
        type: 'funnel',
        left: '6%',
        right: '34%',
        top: 6,
        bottom: 6,
        minSize: '12%',
        gap: 3,
        itemStyle: { borderWidth: 0 },
        labelLine: { lineStyle: { color: look.line } },
        label: {
          position: 'right',
          color: look.text,
          formatter: ({ name, value }: { name: string; value: number }) => `${name}  ${number(value, spec.unit)}`,
        },
        data: items.map((item) => ({ name: item.name, value: item.value, itemStyle: coloured(item.name) })),
      },
    ],
  }
}

/** From how many stand at each stage to how many have come at least as far. */
function asFarAs(stages: readonly string[], standing: readonly Item[]): Item[] {
  const names = stages.map(words)
  return names.flatMap((name, stage) => {
    const here = standing.find((item) => item.name === name)
    const further = standing.filter((item) => names.indexOf(item.name) >= stage)
    return here ? [{ ...here, value: further.reduce((sum, item) => sum + item.value, 0) }] : []
  })
}

export function gauge(drawing: Drawing): Option {
  const { data, look, spec } = drawing
  const [line] = data.lines
  const value = line?.whole ?? data.items[0]?.value ?? 0
  const highest = spec.unit === 'ratio' ? 1 : Math.max(100, value)
  return {
    ...base(drawing),
    series: [
      {
        type: 'gauge',
        startAngle: 205,
        endAngle: -25,
        min: 0,
        max: highest,
        radius: '92%',
        center: ['50%', '58%'],
        progress: { show: true, width: 14, roundCap: true, itemStyle: { color: shade(value, spec) } },
        axisLine: { roundCap: true, lineStyle: { width: 14, color: [[1, look.line]] } },
        pointer: { show: false },
        axisTick: { show: false },
        splitLine: { show: false },
        axisLabel: { show: false },
        detail: {
          offsetCenter: [0, '-4%'],
          fontSize: 24,
          fontWeight: 600,
          color: look.text,
          formatter: (given: number) => number(given, spec.unit),
        },
        title: { offsetCenter: [0, '26%'], color: look.faint, fontSize: 12 },
        data: [{ value, name: line?.before ? `before ${number(line.before, spec.unit)}` : '' }],
      },
    ],
  }
}

function shade(value: number, { thresholds, good }: Drawing['spec']): string {
  if (!thresholds) return colourOf('p50')
  const { warn, bad } = thresholds
  const isBad = good === 'up' ? value < bad : value > bad
  const isDoubtful = good === 'up' ? value < warn : value > warn
  return colourOf(isBad ? 'critical' : isDoubtful ? 'medium' : 'passed')
}

/** What each has risen or fallen by since the period before, from its sum to this one's. */
export function waterfall(drawing: Drawing): Option {
  const { data, look, spec } = drawing
  const known = data.lines.filter((line) => line.whole !== null || line.before)
  const steps = known
    .map((line) => ({ name: line.name, by: (line.whole ?? 0) - (line.before ?? 0) }))
    .sort((one, other) => Math.abs(other.by) - Math.abs(one.by))
    .slice(0, Math.min(spec.most ?? 7, Math.floor(drawing.width / 80)))
  const start = known.reduce((sum, line) => sum + (line.before ?? 0), 0)
  const end = known.reduce((sum, line) => sum + (line.whole ?? 0), 0)
  const rest = end - start - steps.reduce((sum, step) => sum + step.by, 0)
  const moves = Math.abs(rest) > Math.abs(end) / 1000 ? [...steps, { name: 'others', by: rest }] : steps
  let level = start
  const bars = moves.map(({ name, by }) => {
    const from = level
    level += by
    return { name, by, base: Math.min(from, level) }
  })
  const names = ['before', ...bars.map((bar) => bar.name), 'now']
  const label = { show: true, position: 'top', color: look.faint, fontSize: 10 }
  return {
    ...base(drawing),
    grid: grid(0, { top: 22 }),
    tooltip: { ...tooltip(look, spec.unit, 'item') },
    xAxis: categoryAxis(look, names, {
      axisLabel: { color: look.faint, fontSize: 10, interval: 0, rotate: 28, width: 90, overflow: 'truncate' },
    }),
    yAxis: valueAxis(look, spec.unit),
    series: [
      {
        type: 'bar',
        stack: 'w',
        silent: true,
        itemStyle: { color: 'transparent' },
        tooltip: { show: false },
        data: [0, ...bars.map((bar) => bar.base), 0],
      },
      {
        type: 'bar',
        stack: 'w',
        barMaxWidth: 34,
        data: [
          {
            value: start,
            name: 'before',
            itemStyle: { color: look.faint },
            label: { ...label, formatter: number(start, spec.unit) },
          },
          ...bars.map(({ name, by }) => ({
            value: Math.abs(by),
            name,
            itemStyle: { color: colourOf(by > 0 === (spec.good === 'up') ? 'passed' : 'critical'), borderRadius: 2 },
            label: { ...label, formatter: `${by > 0 ? '+' : '−'}${number(Math.abs(by), spec.unit)}` },
          })),
          {
            value: end,
            name: 'now',
            itemStyle: { color: colourOf('p50') },
            label: { ...label, formatter: number(end, spec.unit) },
          },
        ],
      },
    ],
  }
}

export function pareto(drawing: Drawing): Option {
  const { look, spec } = drawing
  const items = [...itemsOf(drawing)]
    .sort((one, other) => other.value - one.value)
    .slice(0, Math.min(spec.most ?? 15, Math.floor(drawing.width / 52)))
  const sum = items.reduce((so_far, item) => so_far + item.value, 0) || 1
  let so_far = 0
  const shares = items.map((item) => {
    so_far += item.value
    return so_far / sum
  })
  return {
    ...base(drawing),
    grid: grid(0, { top: 16 }),
    tooltip: tooltip(look, spec.unit, 'axis'),
    xAxis: categoryAxis(
      look,
      items.map((item) => item.name),
      { axisLabel: { color: look.faint, fontSize: 10, rotate: 28, width: 110, overflow: 'truncate', interval: 0 } },
    ),
    yAxis: [
      valueAxis(look, spec.unit),
      valueAxis(look, 'ratio', { max: 1, interval: 0.25, splitLine: { show: false } }),
    ],
    series: [
      {
        name: 'own',
        type: 'bar',
        barMaxWidth: 30,
        data: items.map((item) => ({
          value: item.value,
          name: item.name,
          itemStyle: { ...coloured(item.name), borderRadius: 2 },
        })),
      },
      {
        name: 'together',
        type: 'line',
        yAxisIndex: 1,
        data: shares,
        itemStyle: { color: look.faint },
        tooltip: { valueFormatter: (value: number) => number(value, 'ratio') },
      },
    ],
  }
}

/** From the quantiles of a group: how the observations lie between them. */
export function boxPlot(drawing: Drawing): Option {
  const { look, spec } = drawing
  const groups = byGroup(drawing.data.lines).slice(0, spec.most ?? 10)
  return {
    ...base(drawing),
    grid: grid(0, { right: 20 }),
    tooltip: {
      ...tooltip(look, spec.unit, 'item'),
      formatter: ({ name, value }: { name: string; value: number[] }) =>
        [
          name,
          ...['5 %', '25 %', 'median', '75 %', '95 %'].map(
            (label, place) => `${label}: <b>${number(value[place + 1], spec.unit)}</b>`,
          ),
        ].join('<br>'),
    },
    xAxis: valueAxis(look, spec.unit, { type: 'log', splitLine: { show: true, lineStyle: { color: look.line } } }),
    yAxis: categoryAxis(
      look,
      groups.map(([name]) => name),
      { inverse: true, axisLabel: named(drawing) },
    ),
    series: [
      {
        type: 'boxplot',
        boxWidth: [6, 18],
        data: groups.map(([name, box]) => ({
          name,
          value: box,
          itemStyle: { color: `${colourOf(name)}44`, borderColor: colourOf(name), borderWidth: 1.5 },
        })),
      },
    ],
  }
}

/** The lines are readings of the same groups, one after another. */
function byGroup(lines: readonly Line[]): [string, number[]][] {
  const groups = new Map<string, number[]>()
  for (const line of lines) {
    const name = line.name.split(' · ')[0] ?? line.name
    if (line.whole !== null) groups.set(name, [...(groups.get(name) ?? []), line.whole])
  }
  const most = Math.max(0, ...[...groups.values()].map((box) => box.length))
  return [...groups]
    .filter(([, box]) => box.length === most)
    .sort(([, one], [, other]) => (other[Math.floor(most / 2)] ?? 0) - (one[Math.floor(most / 2)] ?? 0))
}

/** How many observations lie between two quantiles of all: from the shape of the distribution, not from raw values. */
export function histogram(drawing: Drawing): Option {
  const { look, spec } = drawing
  const known = drawing.data.lines
    .map((line) => ({ share: Number.parseFloat(line.name) / 100, value: line.whole }))
    .filter((each): each is { share: number; value: number } => each.value !== null)
    .sort((one, other) => one.value - other.value)
  const [first, last] = [known[0]?.value ?? 0, known.at(-1)?.value ?? 1]
  const bins = 24
  const edges = Array.from(
    { length: bins + 1 },
    (_, place) => Math.max(first, 1e-9) * (last / Math.max(first, 1e-9)) ** (place / bins),
  )
  const below = (limit: number) => interpolated(known, limit)
  const shares = edges.slice(1).map((edge, place) => below(edge) - below(edges[place] ?? 0))
  return {
    ...base(drawing),
    grid: grid(0),
    tooltip: tooltip(look, 'ratio', 'axis'),
    xAxis: categoryAxis(
      look,
      edges.slice(1).map((edge) => number(edge, spec.unit)),
    ),
    yAxis: valueAxis(look, 'ratio'),
    series: [
      {
        name: 'share',
        type: 'bar',
        barCategoryGap: '6%',
        data: shares,
        itemStyle: { color: colourOf('p50'), borderRadius: [2, 2, 0, 0] },
      },
    ],
  }
}

function interpolated(known: readonly { share: number; value: number }[], limit: number): number {
  const above = known.findIndex((each) => each.value >= limit)
  const [high, low] = [known[above], known[above - 1]]
  if (!high) return known.at(-1)?.share ?? 1
  if (!low) return limit < high.value ? 0 : high.share
  return low.share + ((high.share - low.share) * (limit - low.value)) / (high.value - low.value || 1)
}

/** Spend and forecast against the amount, budget by budget. */
export function bullet(drawing: Drawing): Option {
  const { data, look, spec } = drawing
  const names = data.items.map((item) => item.name)
  const bar = (name: string, key: string, width: number, colour: string, more: object = {}) => ({
    name,
    type: 'bar',
    barWidth: width,
    barGap: '-100%',
    itemStyle: { color: colour, borderRadius: 3 },
    data: data.items.map((item) => item.extra?.[key] ?? null),
    ...more,
  })
  return {
    ...base(drawing),
    grid: grid(2, { right: 20 }),
    legend: legend(drawing, ['a', 'b']),
    tooltip: { ...tooltip(look, spec.unit, 'axis'), axisPointer: { type: 'shadow' } },
    xAxis: valueAxis(look, spec.unit),
    yAxis: categoryAxis(look, names, { inverse: true }),
    series: [
      bar('budget', 'budget', 26, look.line, { z: 1 }),
      bar('expected at the end', 'forecast', 16, `${colourOf('p95')}88`, { z: 2 }),
      bar('spent', 'spent', 8, colourOf('p50'), { z: 3 }),
    ],
  }
}
