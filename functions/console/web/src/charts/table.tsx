import { Anchor, ScrollArea, Table } from '@mantine/core'
import { at, NOTHING, number, words } from '../ui/format'
import { columns, type Dataset, type Line } from './data'
import type { Spot } from './drill'
import type { ChartSpec } from './spec'

const MOST_ROWS = 200

interface Props {
  spec: ChartSpec
  data: Dataset
  onSpot: (spot: Spot) => void
}

/** The numbers of a chart, for those who want to read or hear them. */
export function DataTable({ spec, data, onSpot }: Props) {
  if (spec.kind === 'table') return <Groups spec={spec} lines={data.lines} onSpot={onSpot} />
  if (spec.kind === 'pivot') return <Pivot spec={spec} lines={data.lines} onSpot={onSpot} />
  const { head, rows } = columns(data)
  return (
    <ScrollArea h="100%" type="auto" offsetScrollbars="present" scrollbarSize={8} viewportProps={{ tabIndex: 0 }}>
      <Table stickyHeader fz="xs" verticalSpacing={3}>
        <Table.Thead>
          <Table.Tr>
            {head.map((name) => (
              <Table.Th key={name}>{words(name)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.slice(-MOST_ROWS).map((row) => (
            <Table.Tr key={String(row[0])}>
              {row.map((cell, place) => (
                <Table.Td key={head[place]}>
                  {typeof cell === 'number' ? number(cell, spec.unit) : head[place] === 'time' ? at(cell) : cell}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  )
}

/** A row for each group, a column for each reading; the unit is told by the reading's name. */
function Groups({ spec, lines, onSpot }: { spec: ChartSpec; lines: readonly Line[]; onSpot: Props['onSpot'] }) {
  const { groups, labels } = cross(lines)
  return (
    <ScrollArea h="100%" type="auto" offsetScrollbars="present" scrollbarSize={8} viewportProps={{ tabIndex: 0 }}>
      <Table stickyHeader highlightOnHover fz="xs" verticalSpacing={5} horizontalSpacing="xs" className="groups">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{words(dimension(spec))}</Table.Th>
            {labels.map((label) => (
              <Table.Th key={label} ta="right">
                {/^p\d+$/.test(label) ? label : words(label)}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...groups].map(([name, cells]) => (
            <Table.Tr key={name}>
              <Table.Td>
                <Anchor
                  component="button"
                  size="xs"
                  onClick={() => onSpot({ dimensions: cells.values().next().value?.dimensions })}
                >
                  {name}
                </Anchor>
              </Table.Td>
              {labels.map((label) => (
                <Table.Td key={label} ta="right" style={{ fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' }}>
                  {number(cells.get(label)?.whole, unitOf(label))}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  )
}

function Pivot({ spec, lines, onSpot }: { spec: ChartSpec; lines: readonly Line[]; onSpot: Props['onSpot'] }) {
  const rows = new Map<string, Map<string, Line>>()
  for (const line of lines) {
    const [row = '', column = ''] = line.name.split(' · ')
    rows.set(row, (rows.get(row) ?? new Map()).set(column, line))
  }
  const spent = new Map<string, number>()
  for (const cells of rows.values())
    for (const [column, line] of cells) spent.set(column, (spent.get(column) ?? 0) + (line.whole ?? 0))
  const names = [...spent]
    .filter(([, sum]) => sum > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([name]) => name)
  return (
    <ScrollArea h="100%" type="auto" offsetScrollbars="present" scrollbarSize={8} viewportProps={{ tabIndex: 0 }}>
      <Table stickyHeader fz="xs" verticalSpacing={4} withColumnBorders>
        <Table.Thead>
          <Table.Tr>
            <Table.Th> </Table.Th>
            {names.map((name) => (
              <Table.Th key={name} ta="right" className="number">
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...rows].map(([name, cells]) => (
            <Table.Tr key={name}>
              <Table.Th>{name}</Table.Th>
              {names.map((column) => (
                <Table.Td key={column} ta="right" className="number">
                  <Amount line={cells.get(column)} spec={spec} onSpot={onSpot} />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  )
}

function Amount({ line, spec, onSpot }: { line: Line | undefined; spec: ChartSpec; onSpot: Props['onSpot'] }) {
  if (!line || line.whole === null) return NOTHING
  return (
    <Anchor
      component="button"
      size="xs"
      c="inherit"
      aria-label={`${line.name}: ${number(line.whole, spec.unit)}`}
      onClick={() => onSpot({ dimensions: line.dimensions })}
    >
      {number(line.whole, spec.unit)}
    </Anchor>
  )
}

function cross(lines: readonly Line[]) {
  const groups = new Map<string, Map<string, Line>>()
  for (const line of lines) {
    const parts = line.name.split(' · ')
    const label = parts.length > 1 ? (parts.pop() ?? '') : 'value'
    const name = parts.join(' · ')
    groups.set(name, (groups.get(name) ?? new Map()).set(label, line))
  }
  const labels = [...new Set([...groups.values()].flatMap((cells) => [...cells.keys()]))]
  return { groups, labels }
}

function dimension(spec: ChartSpec): string {
  return spec.source.of === 'metrics' ? (spec.source.by?.[0] ?? 'total') : 'name'
}

function unitOf(label: string) {
  if (label.includes('cost') || label.includes('$')) return 'usd' as const
  if (label.includes('error') || label.includes('share')) return 'ratio' as const
  if (/p\d+|latency|first token/.test(label)) return 'ms' as const
  return 'count' as const
}
