import { Badge, Group, Text } from '@mantine/core'
import type { Dimensions } from '../api/types'
import { named, words } from './format'

const COLOURS: Record<string, string> = {
  critical: 'red',
  high: 'orange',
  error: 'orange',
  medium: 'yellow',
  warning: 'yellow',
  low: 'blue',
  info: 'blue',
  negligible: 'gray',
  debug: 'gray',
  open: 'red',
  acknowledged: 'indigo',
  suppressed: 'gray',
  resolved: 'teal',
  merged: 'gray',
  scheduled: 'yellow',
  running: 'blue',
  done: 'teal',
  held: 'orange',
}

export function Mark({ of }: { of: string }) {
  return (
    <Badge size="sm" variant="light" color={COLOURS[of] ?? 'gray'} tt="none" miw="max-content" style={{ flex: 'none' }}>
      {words(of)}
    </Badge>
  )
}

export function Where({ dimensions }: { dimensions: Dimensions }) {
  const pairs = Object.entries(dimensions)
  if (!pairs.length) return <Text size="xs">everywhere</Text>
  return (
    <Group gap={4}>
      {pairs.map(([name, value]) => (
        <Badge key={name} size="sm" variant="outline" color="gray" tt="none" fw={500} miw="max-content">
          {words(name)}: {typeof value === 'boolean' ? String(value) : named(value)}
        </Badge>
      ))}
    </Group>
  )
}
