/** Charts over time. */

import { number } from '../../ui/format'
import type { Line } from '../data'
import { colourOf } from '../look'
import { base, type Drawing, grid, legend, type Option, thresholds, timeAxis, tooltip, valueAxis } from './base'

const ADD_UP = new Set(['stacked-area', 'bars', 'stacked-bars', 'cumulative', 'river'])

/** Counting nothing is zero; of anything else nothing is known where nothing was seen, and the line has a gap. */
function lines({ data, spec }: Drawing): Line[] {
  if (!ADD_UP.has(spec.kind)) return data.lines
  return data.lines.map((line) => ({ ...line, points: line.points.map(([at, value]) => [at, value ?? 0]) }))
}

function frame(drawing: Drawing, names: readonly string[]): Option {
  const { look, spec } = drawing
  return {
    ...base(drawing),
    grid: grid(names.length),
    legend: legend(drawing, names),
    tooltip: tooltip(look, spec.unit, 'axis'),
    xAxis: timeAxis(drawing),
    yAxis: valueAxis(look, spec.unit),
  }
}

export function inTime(drawing: Drawing): Option {
  const { spec } = drawing
  const drawn = spec.kind === 'cumulative' ? lines(drawing).map(cumulated) : lines(drawing)
  const isBar = spec.kind === 'bars' || spec.kind === 'stacked-bars'
  const isStacked = spec.kind === 'stacked-area' || spec.kind === 'stacked-bars'
  const isArea = spec.kind === 'area' || spec.kind === 'stacked-area' || spec.kind === 'cumulative'
  // What stands alone needs no colour of its own.
  const colour = ({ name, dimensions }: Line) =>
    colourOf(drawn.length > 1 || Object.keys(dimensions).length || name === 'critical' ? name : 'total')
  return {
    ...frame(
      drawing,
      drawn.map((line) => line.name),
    ),
    series: drawn.map((line, place) => ({
      name: line.name,
      type: isBar ? 'bar' : 'line',
      data: isBar ? spaced(line, drawing) : line.points,
      ...(isStacked ? { stack: 'all' } : {}),
      ...(isBar
        ? {
            barMaxWidth: 14,
            barCategoryGap: '20%',
            itemStyle: { color: colour(line), borderRadius: isStacked ? 0 : 2 },
          }
        : {
            itemStyle: { color: colour(line) },
            lineStyle: { width: isStacked ? 1 : 1.8 },
            showSymbol: isLonely(line),
          }),
      ...(isArea ? { areaStyle: { opacity: isStacked ? 0.55 : 0.18 } } : {}),
      smooth: spec.kind === 'smooth',
      ...(spec.kind === 'step' ? { step: 'end' } : {}),
      connectNulls: false,
      emphasis: { focus: 'series' },
      ...(place === 0 ? thresholds(spec) : {}),
    })),
  }
}

/** A bar is as wide as its window: of a single one nobody could tell how wide that is. */
function spaced({ points }: Line, { step }: Drawing): Line['points'] {
  const [first] = points
  return first && points.length < 2 ? [[first[0] - step, 0], first, [first[0] + step, 0]] : points
}

/** A line of single points is not seen without its symbols. */
function isLonely({ points }: Line): boolean {
  return !points.some(
    ([, value], place) => value !== null && points[place + 1]?.[1] !== null && place + 1 < points.length,
  )
}

function cumulated(line: Line): Line {
  let so_far = 0
  return {
    ...line,
    points: line.points.map(([at, value]) => {
      so_far += value ?? 0
      return [at, at > Date.now() ? null : so_far]
    }),
  }
}

/** The lines must come lowest first: a band from the first to the last, and the ones between as lines. */
export function band(drawing: Drawing): Option {
  const drawn = lines(drawing)
  const [lowest, highest] = [drawn[0], drawn.at(-1)]
  if (!lowest || !highest) return {}
  const floor = new Map(lowest.points)
  const between = drawn.slice(1, -1)
  const colour = colourOf('p50')
  const hidden = { type: 'line', stack: 'band', symbol: 'none', lineStyle: { opacity: 0 }, tooltip: { show: false } }
  return {
    ...frame(drawing, ['band', ...between.map((line) => line.name)]),
    legend: { ...legend(drawing, ['one', 'two']), data: between.map((line) => line.name) },
    tooltip: {
      ...tooltip(drawing.look, drawing.spec.unit, 'axis'),
      formatter: (given: { value: [number, number]; axisValueLabel: string }[]) => {
        const at = given[0]?.value[0]
        const rows = drawn.map(
          (line) => `${line.name}: <b>${number(new Map(line.points).get(at ?? 0), drawing.spec.unit)}</b>`,
        )
        return [given[0]?.axisValueLabel ?? '', ...rows].join('<br>')
      },
    },
    series: [
      { ...hidden, name: lowest.name, data: lowest.points, silent: true },
      {
        ...hidden,
        name: `${lowest.name} to ${highest.name}`,
        data: highest.points.map(([at, value]) => [at, value === null ? null : value - (floor.get(at) ?? 0)]),
        areaStyle: { color: colour, opacity: 0.28 },
      },
      ...between.map((line) => ({
        name: line.name,
        type: 'line',
        data: line.points,
        showSymbol: false,
        itemStyle: { color: colourOf(line.name) },
        lineStyle: { width: 1.8 },
      })),
    ],
  }
}

/** Five lines: least, first quartile, median, third quartile, greatest. */
export function boxesInTime(drawing: Drawing): Option {
  const drawn = lines(drawing)
  const times = drawn[0]?.points.map(([at]) => at) ?? []
  const boxes = times.flatMap((at, place) => {
    const box = drawn.map((line) => line.points[place]?.[1])
    return box.every((value) => value !== null && value !== undefined) ? [[at, ...box]] : []
  })
  return {
    ...frame(drawing, ['one']),
    tooltip: tooltip(drawing.look, drawing.spec.unit, 'item'),
    yAxis: valueAxis(drawing.look, drawing.spec.unit, { type: 'log' }),
    series: [
      {
        type: 'boxplot',
        data: boxes,
        encode: { x: 0, y: [1, 2, 3, 4, 5] },
        boxWidth: [2, 12],
        itemStyle: { color: `${colourOf('p50')}55`, borderColor: colourOf('p50') },
      },
    ],
  }
}

const INTERVAL = '95 % interval'

/** What was, and what is expected with the interval around it. */
export function fan(drawing: Drawing): Option {
  const { data, look, spec } = drawing
  const [only] = data.fan
  if (!only) return {}
  const first = only.past[0]?.[0] ?? only.ahead[0]?.at ?? drawing.start
  const last = only.ahead.at(-1)?.at ?? drawing.end
  const hidden = {
    type: 'line',
    stack: 'fan',
    symbol: 'none',
    lineStyle: { opacity: 0 },
    silent: true,
    tooltip: { show: false },
  }
  return {
    ...frame({ ...drawing, start: first, end: last }, ['a', 'b']),
    legend: { ...legend(drawing, ['a', 'b']), data: ['observed', 'expected', INTERVAL] },
    series: [
      {
        name: 'observed',
        type: 'line',
        data: only.past,
        showSymbol: only.past.length < 3,
        itemStyle: { color: colourOf('p50') },
      },
      { ...hidden, name: 'lower', data: only.ahead.map((each) => [each.at, each.lower]) },
      {
        ...hidden,
        name: INTERVAL,
        data: only.ahead.map((each) => [each.at, each.upper - each.lower]),
        itemStyle: { color: `${colourOf('p95')}55` },
        areaStyle: { color: colourOf('p95'), opacity: 0.18 },
      },
      {
        name: 'expected',
        type: 'line',
        data: [...only.past.slice(-1), ...only.ahead.map((each) => [each.at, each.point])],
        showSymbol: false,
        itemStyle: { color: colourOf('p95') },
        lineStyle: { type: 'dashed' },
        ...(only.limit === undefined
          ? {}
          : {
              markLine: {
                silent: true,
                symbol: 'none',
                label: {
                  formatter: `budget ${number(only.limit, spec.unit)}`,
                  color: look.faint,
                  position: 'insideStartTop',
                },
                lineStyle: { color: colourOf('critical') },
                data: [{ yAxis: only.limit }],
              },
            }),
      },
    ],
  }
}

export function river(drawing: Drawing): Option {
  const { look, spec } = drawing
  const drawn = lines(drawing)
  return {
    ...base(drawing),
    legend: legend(
      drawing,
      drawn.map((line) => line.name),
    ),
    tooltip: tooltip(look, spec.unit, 'axis'),
    singleAxis: { ...timeAxis(drawing), top: 10, bottom: 50, left: 16, right: 16 },
    color: drawn.map((line) => colourOf(line.name)),
    series: [
      {
        type: 'themeRiver',
        label: { show: false },
        data: drawn.flatMap((line) => line.points.map(([at, value]) => [at, value ?? 0, line.name])),
      },
    ],
  }
}
