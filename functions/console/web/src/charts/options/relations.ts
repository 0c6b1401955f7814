/** Charts of what belongs to what: hierarchies, flows, matrices, graphs. */

import { at, number, onDay, timeOf, type Unit } from '../../ui/format'
import type { Item, Link } from '../data'
import { both, type Spot, spotOfItem } from '../drill'
import { colourOf, inkOn, ranked } from '../look'
import { base, categoryAxis, type Drawing, grid, legend, type Option, tooltip, valueAxis } from './base'
import { itemsOf } from './parts'

const DAY = 86_400_000

interface Node {
  name: string
  value: number
  children?: Node[]
  itemStyle: { color: string; opacity?: number }
  label: { color: string }
  spot: Spot
}

function tree(items: readonly Item[]): Node[] {
  const roots = new Map<string, Node>()
  for (const item of items) {
    const [first = item.name, second] = item.path ?? item.name.split(' · ')
    const root = roots.get(first) ?? {
      name: first,
      value: 0,
      itemStyle: { color: colourOf(first) },
      label: { color: inkOn(colourOf(first)) },
      spot: spotOfItem(item, 0, 1),
    }
    root.value += item.value
    if (second !== undefined)
      root.children = [
        ...(root.children ?? []),
        { name: second, value: item.value, itemStyle: root.itemStyle, label: root.label, spot: spotOfItem(item) },
      ]
    roots.set(first, root)
  }
  return [...roots.values()].sort((one, other) => other.value - one.value)
}

/** The frame of a group is as bright as the page; only what is in it has the colour. */
function framed(node: Node): Node | Omit<Node, 'itemStyle' | 'label'> {
  if (!node.children) return node
  const { itemStyle: _, label: __, ...rest } = node
  return rest
}

export function treemap(drawing: Drawing): Option {
  const { look, spec } = drawing
  return {
    ...base(drawing),
    tooltip: tooltip(look, spec.unit, 'item'),
    series: [
      {
        type: 'treemap',
        roam: false,
        nodeClick: false,
        breadcrumb: { show: false },
        top: 0,
        left: 0,
        right: 0,
        bottom: 0,
        itemStyle: { borderColor: look.surface, gapWidth: 2 },
        upperLabel: {
          show: true,
          height: 20,
          color: look.text,
          fontSize: 11,
          fontWeight: 600,
          formatter: ({ name, value }: { name: string; value: number }) => `${name}  ${number(value, spec.unit)}`,
        },
        label: {
          fontSize: 11,
          lineHeight: 15,
          overflow: 'truncate',
          formatter: ({ name, value }: { name: string; value: number }) => `${name}\n${number(value, spec.unit)}`,
        },
        levels: [
          { upperLabel: { show: false }, itemStyle: { gapWidth: 4, borderWidth: 0, borderColor: look.surface } },
          { itemStyle: { gapWidth: 1, borderWidth: 2, borderColor: look.line } },
        ],
        data: tree(itemsOf(drawing)).map(framed),
      },
    ],
  }
}

export function sunburst(drawing: Drawing): Option {
  const { look, spec } = drawing
  return {
    ...base(drawing),
    tooltip: tooltip(look, spec.unit, 'item'),
    series: [
      {
        type: 'sunburst',
        radius: ['12%', '98%'],
        nodeClick: false,
        itemStyle: { borderColor: look.surface, borderWidth: 2, borderRadius: 3 },
        label: {
          fontSize: 11,
          minAngle: 16,
          overflow: 'truncate',
          width: Math.min(drawing.height, drawing.width) * 0.19,
        },
        levels: [{}, {}, { itemStyle: { opacity: 0.82 } }],
        data: tree(itemsOf(drawing)),
      },
    ],
  }
}

const MOST_SOURCES = 9
const OTHERS = 'all others'

/** No more sources than can be read; what comes from all the others is one flow for each target. */
function led(links: readonly Link[]): Link[] {
  const sums = new Map<string, number>()
  for (const { source, value } of links) sums.set(source, (sums.get(source) ?? 0) + value)
  const most = [...sums].sort((one, other) => other[1] - one[1]).slice(0, MOST_SOURCES)
  const named = new Set(most.map(([source]) => source))
  const merged = new Map<string, Link>()
  for (const link of links) {
    const isNamed = named.has(link.source)
    const source = isNamed ? link.source : OTHERS
    const key = JSON.stringify([source, link.target])
    const ends: Link['ends'] = isNamed ? link.ends : [{}, link.ends?.[1] ?? {}]
    merged.set(key, { ...link, source, value: link.value + (merged.get(key)?.value ?? 0), ...(ends ? { ends } : {}) })
  }
  return [...merged.values()]
}

function flows(drawing: Drawing) {
  const links = drawing.data.links.length
    ? drawing.data.links
    : itemsOf(drawing).map((item) => {
        const [source = item.name, target = ''] = item.path ?? item.name.split(' · ')
        // A team may be called like a model, and no flow may lead back to where it began.
        return {
          source,
          target: target === source ? `${target} ` : target,
          value: item.value,
          ends: [spotOfItem(item, 0, 1), spotOfItem(item, 1)] as const,
        }
      })
  const heard = led(links.filter((link) => link.value > 0 && link.target))
  return {
    links: heard.map((link) => ({ ...link, spot: spotOfLink(link) })),
    nodes: [...spotsOfNodes(heard)].map(([name, spot]) => ({
      name,
      itemStyle: { color: colourOf(name.trim()) },
      spot,
    })),
  }
}

function spotOfLink({ ends }: Link): Spot {
  return ends ? both(...ends) : {}
}

function spotsOfNodes(links: readonly Link[]): Map<string, Spot> {
  return new Map(
    links.flatMap(({ source, target, ends }) => [
      [source, ends?.[0] ?? {}],
      [target, ends?.[1] ?? {}],
    ]),
  )
}

export function sankey(drawing: Drawing): Option {
  const { look, spec } = drawing
  const beside = drawing.width < 500 ? 110 : 150
  const { links, nodes } = flows(drawing)
  return {
    ...base(drawing),
    tooltip: tooltip(look, spec.unit, 'item'),
    series: [
      {
        type: 'sankey',
        left: 4,
        right: beside,
        top: 8,
        bottom: 8,
        nodeGap: 13,
        nodeWidth: 12,
        emphasis: { focus: 'adjacency' },
        lineStyle: { color: 'gradient', opacity: 0.35 },
        label: { color: look.text, fontSize: 11, width: beside - 8, overflow: 'truncate' },
        data: nodes,
        links,
      },
    ],
  }
}

/** Of all calls: the names of smaller ones would lie on each other, and stand in the tooltip. */
const LEAST_NAMED = 0.04

export function chord(drawing: Drawing): Option {
  const { look, spec } = drawing
  const { links, nodes } = flows(drawing)
  const sum = links.reduce((so_far, link) => so_far + link.value, 0)
  const share = (name: string) =>
    links
      .filter(({ source, target }) => name === source || name === target)
      .reduce((all, { value }) => all + value, 0) / (sum || 1)
  return {
    ...base(drawing),
    tooltip: tooltip(look, spec.unit, 'item'),
    series: [
      {
        type: 'chord',
        radius: ['68%', '76%'],
        padAngle: 2,
        label: { color: look.text, fontSize: 11, formatter: ({ name }: { name: string }) => plainly(name) },
        lineStyle: { color: 'gradient', opacity: 0.4 },
        data: nodes.map((node) => ({ ...node, label: { show: share(node.name) > LEAST_NAMED } })),
        links,
      },
    ],
  }
}

/** Calls between components: the size is how busy, the colour of a line how often it fails. */
export function graph(drawing: Drawing): Option {
  const { data, look } = drawing
  const spots = spotsOfNodes(data.links)
  const names = [...spots.keys()]
  const calls = (name: string) =>
    data.links.filter((link) => link.source === name || link.target === name).reduce((sum, link) => sum + link.value, 0)
  const most = Math.max(1, ...names.map(calls))
  const kinds = [...new Set(names.map(kindOf))].sort((one, other) => layerOf(one) - layerOf(other))
  const right = drawing.width < 500 ? 70 : 120
  const placed = layered(data.links, kinds, drawing.width - right - 20, drawing.height - 56)
  return {
    ...base(drawing),
    tooltip: {
      ...tooltip(look, 'count', 'item'),
      formatter: ({
        dataType,
        data: one,
      }: {
        dataType: string
        data: {
          name: string
          source: string
          target: string
          calls: number
          errors: number | null
          latency: number | null
        }
      }) =>
        dataType === 'edge'
          ? `${one.source} → ${one.target}<br>calls <b>${number(one.calls)}</b><br>errors <b>${number(one.errors, 'ratio')}</b><br>mean latency <b>${number(one.latency, 'ms')}</b>`
          : one.name,
    },
    legend: { ...legend(drawing, ['a', 'b']), data: kinds },
    series: [
      {
        type: 'graph',
        layout: 'none',
        top: 14,
        bottom: 42,
        left: 20,
        right,
        categories: kinds.map((kind) => ({ name: kind, itemStyle: { color: colourOf(kind) } })),
        label: {
          show: true,
          position: 'right',
          color: look.text,
          textBorderColor: look.surface,
          textBorderWidth: 3,
          width: (drawing.width - right - 20) / Math.max(1, kinds.length - 1) - 26,
          overflow: 'truncate',
          fontSize: drawing.width < 500 ? 10 : 11,
          formatter: ({ name }: { name: string }) => plainly(name),
        },
        edgeSymbol: ['none', 'arrow'],
        edgeSymbolSize: 7,
        emphasis: { focus: 'adjacency' },
        data: names.map((name) => ({
          name,
          category: kinds.indexOf(kindOf(name)),
          ...placed.get(name),
          symbolSize: 8 + 18 * Math.sqrt(calls(name) / most),
          spot: spots.get(name),
        })),
        links: data.links.map((link) => ({
          source: link.source,
          target: link.target,
          calls: link.value,
          spot: spotOfLink(link),
          errors: link.extra?.['errors'] ?? null,
          latency: link.extra?.['latency'] ?? null,
          lineStyle: {
            width: 1 + 3 * Math.sqrt(link.value / most),
            color: (link.extra?.['errors'] ?? 0) > 0.05 ? colourOf('critical') : look.faint,
            opacity: 0.6,
            curveness: 0.08,
          },
        })),
      },
    ],
  }
}

const LAYERS = ['service', 'team', 'model', 'provider']

function layerOf(kind: string): number {
  const place = LAYERS.indexOf(kind)
  return place < 0 ? LAYERS.length : place
}

/** A column for each kind; in it, whoever is called stands near its callers, so that few lines cross. */
function layered(
  links: readonly Link[],
  kinds: readonly string[],
  wide: number,
  high: number,
): Map<string, { x: number; y: number }> {
  const places = new Map<string, { x: number; y: number }>()
  const names = [...new Set(links.flatMap((link) => [link.source, link.target]))]
  kinds.forEach((kind, x) => {
    const column = names
      .filter((name) => kindOf(name) === kind)
      .map((name) => [name, height(name, links, places)] as const)
    column.sort(([, one], [, other]) => one - other)
    column.forEach(([name], row) => {
      places.set(name, { x: (x / (kinds.length - 1 || 1)) * wide, y: (row + 0.5) / column.length })
    })
  })
  // The engine stretches what lies between the outermost to the whole chart, symbols too: it must be as large already.
  const heights = [...places.values()].map(({ y }) => y)
  const [first, last] = [Math.min(...heights), Math.max(...heights)]
  return new Map([...places].map(([name, { x, y }]) => [name, { x, y: ((y - first) / (last - first || 1)) * high }]))
}

/** Where those it has to do with stand on the mean, of those that have a place. */
function height(name: string, links: readonly Link[], places: ReadonlyMap<string, { y: number }>): number {
  const beside = links.flatMap(({ source, target, value }) => {
    const other = source === name ? target : target === name ? source : ''
    const place = places.get(other)
    return place ? [[place.y, value] as const] : []
  })
  const calls = beside.reduce((sum, [, value]) => sum + value, 0)
  return calls ? beside.reduce((sum, [y, value]) => sum + y * value, 0) / calls : 0
}

/** Without what kind it is of. */
function plainly(name: string): string {
  return LAYERS.includes(kindOf(name)) ? name.slice(name.indexOf(' ') + 1) : name
}

function kindOf(name: string): string {
  return name.split(' ')[0] ?? ''
}

export function heatmap(drawing: Drawing): Option {
  const { data, look, spec, start, end, step } = drawing
  const lines = data.lines
    .filter((line) => line.points.some(([, value]) => value !== null))
    .sort((one, other) => (other.whole ?? 0) - (one.whole ?? 0))
    .slice(0, spec.most ?? 12)
  const coarse = Math.max(step, Math.ceil((end - start) / 60 / step) * step)
  const times = Array.from({ length: Math.ceil((end - start) / coarse) }, (_, place) => start + place * coarse)
  const cells = lines.flatMap((line, row) => {
    const found = new Map<number, number[]>()
    for (const [when, value] of line.points) {
      const column = Math.floor((when - start) / coarse)
      if (value !== null) found.set(column, [...(found.get(column) ?? []), value])
    }
    // Of several windows in a cell the worst is shown: a mean of percentiles would be none.
    return [...found].map(([column, values]) => ({
      value: [column, row, Math.max(...values)],
      spot: {
        dimensions: line.dimensions,
        span: { start: start + column * coarse, end: start + (column + 1) * coarse },
      },
    }))
  })
  return matrixOf(
    drawing,
    times.map((when) => (end - start > DAY ? at(when) : timeOf(when))),
    lines.map((line) => line.name),
    cells,
    look,
  )
}

/** Two dimensions of one number: the first word of a name against the second. */
export function matrix(drawing: Drawing): Option {
  const items = itemsOf(drawing)
  const parts = items.map((item) => item.path ?? item.name.split(' · '))
  const columns = ranked([...new Set(parts.map(([, second = '']) => second))])
  const rows = [...new Set(parts.map(([first = '']) => first))]
  const cells = items.map((item, place) => ({
    value: [columns.indexOf(parts[place]?.[1] ?? ''), rows.indexOf(parts[place]?.[0] ?? ''), item.value],
    spot: spotOfItem(item),
  }))
  return matrixOf(drawing, columns, rows, cells, drawing.look)
}

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** Day of the week against hour of the day, in the reader's own time. */
export function punchCard(drawing: Drawing): Option {
  const sums = new Map<string, number>()
  for (const { points } of drawing.data.lines)
    for (const [when, value] of points) {
      const date = new Date(when)
      const key = `${date.getHours()}:${(date.getDay() + 6) % 7}`
      sums.set(key, (sums.get(key) ?? 0) + (value ?? 0))
    }
  const cells = [...sums].map(([key, sum]) => ({ value: [...key.split(':').map(Number), sum], spot: {} }))
  const hours = Array.from({ length: 24 }, (_, hour) => `${hour}:00`)
  return matrixOf(drawing, hours, DAYS, cells, drawing.look)
}

interface Cell {
  value: number[]
  spot: Spot
}

function matrixOf(
  drawing: Drawing,
  columns: string[],
  rows: string[],
  cells: readonly Cell[],
  look: Drawing['look'],
): Option {
  const greatest = Math.max(0, ...cells.map((cell) => cell.value[2] ?? 0))
  // Names that do not fit beside each other stand aslant; hours and minutes are left out where they are too many.
  const isCrowded =
    columns.length <= 16 && columns.some((name) => name.length * 7 > (drawing.width - 120) / columns.length)
  const colours = look.dark
    ? ['#22304f', '#2b4a8f', '#4c6ef5', '#bac8ff']
    : ['#e5ebff', '#91a7ff', '#4263eb', '#24318f']
  return {
    ...base(drawing),
    grid: grid(0, { bottom: 30, right: 8, top: 6 }),
    tooltip: {
      ...tooltip(look, drawing.spec.unit, 'item'),
      formatter: ({ value: [column = 0, row = 0, value] }: { value: number[] }) =>
        `${rows[row]} · ${columns[column]}<br><b>${number(value, drawing.spec.unit)}</b>`,
    },
    xAxis: categoryAxis(look, columns, {
      splitArea: { show: false },
      ...(isCrowded
        ? { axisLabel: { color: look.faint, fontSize: 10, rotate: 30, width: 90, overflow: 'truncate', interval: 0 } }
        : {}),
    }),
    yAxis: categoryAxis(look, rows, {
      inverse: true,
      axisLabel: {
        color: look.faint,
        fontSize: 11,
        width: drawing.width < 480 ? 104 : 150,
        overflow: 'truncate',
        interval: 0,
      },
    }),
    visualMap: {
      min: 0,
      max: greatest || 1,
      calculable: false,
      orient: 'horizontal',
      left: 'center',
      bottom: 0,
      itemHeight: 90,
      itemWidth: 8,
      text: [number(greatest, drawing.spec.unit), '0'],
      textStyle: { color: look.faint, fontSize: 10 },
      inRange: { color: colours },
    },
    series: [
      { type: 'heatmap', data: cells, itemStyle: { borderColor: look.surface, borderWidth: 1.5, borderRadius: 2 } },
    ],
  }
}

const WEEK = 7 * DAY
/** Pixels: a range of a day or two is no wall of colour. */
const LARGEST_CELL = 34

export function calendar(drawing: Drawing): Option {
  const { look, spec, start, end, width } = drawing
  const sums = new Map<string, number>()
  for (const { points } of drawing.data.lines)
    for (const [when, value] of points) {
      const day = isoDay(when)
      sums.set(day, (sums.get(day) ?? 0) + (value ?? 0))
    }
  if (end - start < 2 * WEEK) return hoursOrDays(drawing)
  const isNarrow = width < 480
  const weeks = Math.ceil((end - start) / WEEK) + 1
  const cell = Math.min(LARGEST_CELL, (width - 60) / weeks)
  return {
    ...base(drawing),
    tooltip: {
      ...tooltip(look, spec.unit, 'item'),
      formatter: ({ value: [day, sum] }: { value: [string, number] }) => `${day}<br><b>${number(sum, spec.unit)}</b>`,
    },
    visualMap: {
      show: false,
      min: 0,
      max: Math.max(1e-9, ...sums.values()),
      inRange: { color: look.dark ? ['#22304f', '#4c6ef5', '#bac8ff'] : ['#e5ebff', '#4263eb', '#24318f'] },
    },
    calendar: {
      range: [isoDay(start), isoDay(end)],
      orient: isNarrow ? 'vertical' : 'horizontal',
      left: 40,
      top: 26,
      ...(isNarrow ? { right: 12 } : { bottom: 10 }),
      cellSize: isNarrow ? ['auto', LARGEST_CELL] : [cell, 'auto'],
      splitLine: { show: false },
      itemStyle: { color: 'transparent', borderColor: look.surface, borderWidth: 2 },
      dayLabel: { color: look.faint, firstDay: 1 },
      monthLabel: { color: look.faint },
      yearLabel: { show: false },
    },
    series: [
      {
        type: 'heatmap',
        coordinateSystem: 'calendar',
        data: [...sums].map((value) => ({ value, spot: { span: dayOf(value[0]) } })),
        itemStyle: { borderRadius: 3 },
      },
    ],
  }
}

/** Less than two weeks are no calendar: a bar for each hour, or beyond two days for each day. */
function hoursOrDays(drawing: Drawing): Option {
  const { look, spec, start, end } = drawing
  const isHours = end - start <= 2 * DAY
  const names = new Map<number, number>()
  for (const { points } of drawing.data.lines)
    for (const [when, value] of points) {
      const from = isHours ? new Date(when).setMinutes(0, 0, 0) : new Date(when).setHours(0, 0, 0, 0)
      names.set(from, (names.get(from) ?? 0) + (value ?? 0))
    }
  const bars = [...names].sort(([one], [other]) => one - other)
  const length = isHours ? DAY / 24 : DAY
  return {
    ...base(drawing),
    grid: grid(0),
    tooltip: { ...tooltip(look, spec.unit, 'axis'), axisPointer: { type: 'shadow' } },
    xAxis: categoryAxis(
      look,
      bars.map(([from]) => (isHours ? (end - start > DAY ? at(from) : timeOf(from)) : onDay(from))),
    ),
    yAxis: valueAxis(look, spec.unit),
    series: [
      {
        type: 'bar',
        barMaxWidth: 48,
        data: bars.map(([from, value]) => ({ value, spot: { span: { start: from, end: from + length } } })),
        itemStyle: { color: colourOf('total'), borderRadius: [3, 3, 0, 0] },
      },
    ],
  }
}

function dayOf(iso: string) {
  const [year = 0, month = 1, day = 1] = iso.split('-').map(Number)
  return { start: new Date(year, month - 1, day).getTime(), end: new Date(year, month - 1, day + 1).getTime() }
}

function isoDay(when: number): string {
  const date = new Date(when)
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`
}

/** From half of the least to twice the greatest; only whole powers of ten are named. */
function logarithmic(look: Drawing['look'], unit: Unit, more: Record<string, unknown>) {
  const axis = valueAxis(look, unit, more)
  return {
    ...axis,
    type: 'log',
    axisLabel: { ...axis.axisLabel, showMinLabel: false, showMaxLabel: false },
    min: ({ min }: { min: number }) => min / 2,
    max: ({ max }: { max: number }) => max * 2,
  }
}

/** Three readings of a group: across, up, and the size. */
export function bubble(drawing: Drawing): Option {
  const { data, look, spec } = drawing
  const groups = new Map<string, Record<string, number>>()
  const labels = [...new Set(data.lines.map((line) => line.name.split(' · ').at(-1) ?? ''))]
  for (const line of data.lines) {
    const parts = line.name.split(' · ')
    const label = parts.pop() ?? ''
    if (line.whole !== null) groups.set(parts.join(' · '), { ...groups.get(parts.join(' · ')), [label]: line.whole })
  }
  const [across = '', up = '', size = ''] = labels
  const whole = [...groups].filter(([, values]) => labels.every((label) => values[label] !== undefined))
  const most = Math.max(1, ...whole.map(([, values]) => values[size] ?? 0))
  return {
    ...base(drawing),
    grid: grid(0, { top: 30, right: 24, bottom: 50 }),
    legend: legend(
      drawing,
      whole.map(([name]) => name),
    ),
    tooltip: {
      ...tooltip(look, spec.unit, 'item'),
      formatter: ({ seriesName, value }: { seriesName: string; value: number[] }) =>
        `${seriesName}<br>${across}: <b>${number(value[0], 'usd')}</b><br>${up}: <b>${number(value[1], 'ms')}</b><br>${size}: <b>${number(value[2])}</b>`,
    },
    xAxis: logarithmic(look, 'usd', {
      name: across,
      nameLocation: 'middle',
      nameGap: 26,
      nameTextStyle: { color: look.faint },
      splitLine: { show: false },
    }),
    yAxis: logarithmic(look, 'ms', { name: up, nameTextStyle: { color: look.faint, align: 'left' } }),
    series: whole.map(([name, values]) => ({
      name,
      type: 'scatter',
      symbolSize: 8 + 30 * Math.sqrt((values[size] ?? 0) / most),
      itemStyle: { color: colourOf(name), opacity: 0.75 },
      data: [[values[across], values[up], values[size]]],
    })),
  }
}

/** Every reading of a group as a share of the greatest among the groups. */
export function radar(drawing: Drawing): Option {
  const { data, look, spec } = drawing
  const groups = new Map<string, Map<string, number>>()
  for (const line of data.lines) {
    const parts = line.name.split(' · ')
    const label = parts.pop() ?? ''
    const name = parts.join(' · ')
    groups.set(name, (groups.get(name) ?? new Map()).set(label, line.whole ?? 0))
  }
  const labels = [...new Set(data.lines.map((line) => line.name.split(' · ').at(-1) ?? ''))]
  const shown = [...groups].slice(0, spec.most ?? 5)
  const most = labels.map((label) => Math.max(1e-9, ...shown.map(([, values]) => values.get(label) ?? 0)))
  return {
    ...base(drawing),
    tooltip: { ...tooltip(look, 'ratio', 'item') },
    legend: legend(
      drawing,
      shown.map(([name]) => name),
    ),
    radar: {
      center: ['50%', '46%'],
      radius: '62%',
      indicator: labels.map((label) => ({ name: label, max: 1 })),
      axisName: { color: look.faint, fontSize: 11 },
      splitLine: { lineStyle: { color: look.line } },
      splitArea: { show: false },
      axisLine: { lineStyle: { color: look.line } },
    },
    series: [
      {
        type: 'radar',
        symbolSize: 4,
        data: shown.map(([name, values]) => ({
          name,
          value: labels.map((label, place) => (values.get(label) ?? 0) / (most[place] ?? 1)),
          itemStyle: { color: colourOf(name) },
          areaStyle: { opacity: 0.08 },
        })),
      },
    ],
  }
}

/** Anomalies by when they were seen and how unusual they were. */
export function scatter(drawing: Drawing): Option {
  const { data, look } = drawing
  const severities = ['low', 'medium', 'high', 'critical']
  return {
    ...base(drawing),
    grid: grid(2),
    legend: legend(drawing, severities),
    tooltip: {
      ...tooltip(look, 'score', 'item'),
      formatter: ({ data: one }: { data: { name: string; value: [number, number] } }) =>
        `${one.name}<br>${at(one.value[0])} · score <b>${number(one.value[1], 'score')}</b>`,
    },
    xAxis: {
      type: 'time',
      min: drawing.start,
      max: drawing.end,
      axisLabel: { color: look.faint, hideOverlap: true, fontSize: 11 },
      axisLine: { lineStyle: { color: look.line } },
    },
    yAxis: valueAxis(look, 'score'),
    series: severities.map((severity) => ({
      name: severity,
      type: 'scatter',
      symbolSize: 11,
      itemStyle: { color: colourOf(severity), opacity: 0.8 },
      data: data.items
        .filter((item) => item.path?.[0] === severity)
        .map((item) => ({ name: item.name, value: [item.extra?.['at'] ?? 0, item.value], spot: spotOfItem(item) })),
    })),
  }
}
