import { Group, Paper, Title } from '@mantine/core'
import type { ReactNode } from 'react'

/** One titled piece of a view, with what can be done to it at its right. */
export function Part({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md" aria-label={title}>
      <Group justify="space-between" mb="xs">
        <Title order={2} size="sm">
          {title}
        </Title>
        {action}
      </Group>
      {children}
    </Paper>
  )
}
