import { Box, Group, Paper, Text, UnstyledButton } from '@mantine/core'
import type { ReactNode } from 'react'
import { useNavigate } from 'react-router'
import type { Filters } from '../filters'
import { change, NOTHING, number } from '../ui/format'
import type { Line } from './data'
import { eventsBehind } from './drill'
import { colourOf } from './look'
import type { ChartSpec } from './spec'
import type { ChartData } from './use-data'

interface Props {
  spec: ChartSpec
  filters: Filters
  found: ChartData
  beside?: ReactNode
}

/** One number, how it has changed against the period before, and its course. A click leads to its events. */
export function Value({ spec, filters, found, beside }: Props) {
  const navigate = useNavigate()
  const [first, ...more] = found.data.lines
  const isBad =
    spec.thresholds && first?.whole !== null && first?.whole !== undefined && first.whole > spec.thresholds.bad
  return (
    <Paper withBorder className="value" p={0}>
      {beside}
      <UnstyledButton
        w="100%"
        h="100%"
        p="sm"
        title={spec.about}
        disabled={!spec.events}
        onClick={() => void navigate(eventsBehind(spec, filters))}
      >
        <Text size="xs" c="dimmed" fw={500} lineClamp={1}>
          {spec.title}
        </Text>
        <Group gap={8} align="baseline" wrap="nowrap" mih={34}>
          <Text fw={650} fz={24} lh={1.3} {...(isBad ? { c: 'red' } : {})} className="number">
            {shown(found, first, spec)}
          </Text>
          {first ? <Delta spec={spec} line={first} /> : null}
        </Group>
        <Group gap={8} mih={18}>
          {more.map((line) => (
            <Text key={line.name} size="xs" c="dimmed" className="number">
              {line.name} <b>{number(line.whole, spec.unit)}</b>
            </Text>
          ))}
          {!found.isKept ? (
            <Text size="xs" c="dimmed">
              not kept for these filters
            </Text>
          ) : null}
          {found.error ? (
            <Text size="xs" c="red">
              {found.error.message}
            </Text>
          ) : null}
        </Group>
        {first ? <Sparkline line={first} /> : <Box h={28} />}
      </UnstyledButton>
    </Paper>
  )
}

function shown(found: ChartData, first: Line | undefined, spec: ChartSpec): string {
  if (found.isLoading) return '…'
  return first ? number(first.whole, spec.unit) : NOTHING
}

function Delta({ spec, line }: { spec: ChartSpec; line: Line }) {
  const text = change(line.whole, line.before ?? null)
  if (!text) return null
  const isUp = text.startsWith('+')
  const isWorse = spec.good !== undefined && isUp === (spec.good === 'down')
  return (
    <Text
      size="xs"
      c={spec.good === undefined ? 'dimmed' : isWorse ? 'var(--hub-worse)' : 'var(--hub-better)'}
      className="number delta"
      title="against the period before"
    >
      {text}
    </Text>
  )
}

const [WIDTH, HEIGHT] = [160, 28]

function Sparkline({ line }: { line: Line }) {
  const known = line.points.filter((point): point is [number, number] => point[1] !== null)
  const [first, last] = [known[0], known.at(-1)]
  if (!first || !last || known.length < 2) return <Box h={HEIGHT} />
  const greatest = Math.max(...known.map(([, value]) => value), 1e-12)
  const x = (at: number) => ((at - first[0]) / (last[0] - first[0])) * WIDTH
  const path = known.map(
    ([at, value]) => `${x(at).toFixed(1)},${(HEIGHT - 2 - (value / greatest) * (HEIGHT - 4)).toFixed(1)}`,
  )
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" width="100%" height={HEIGHT} aria-hidden="true">
      <polygon points={`0,${HEIGHT} ${path.join(' ')} ${WIDTH},${HEIGHT}`} fill={colourOf('total')} opacity="0.12" />
      <polyline
        points={path.join(' ')}
        fill="none"
        stroke={colourOf('total')}
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  )
}
