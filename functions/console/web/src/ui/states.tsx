import { Button, Center, Loader, Stack, Text, ThemeIcon } from '@mantine/core'
import { IconCloudOff, IconFilterOff, IconLock, IconMoodEmpty } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { HubError } from '../api/client'

interface Said {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
  colour?: string
}

function Says({ icon, title, children, action, colour = 'gray' }: Said) {
  return (
    <Center h="100%" mih={120} p="md">
      <Stack align="center" gap={6} maw={420}>
        <ThemeIcon variant="light" color={colour} size="lg" radius="xl" aria-hidden>
          {icon}
        </ThemeIcon>
        <Text fw={600} size="sm" ta="center">
          {title}
        </Text>
        {children ? (
          <Text size="xs" c="dimmed" ta="center">
            {children}
          </Text>
        ) : null}
        {action}
      </Stack>
    </Center>
  )
}

export function Loading({ label = 'Loading' }: { label?: string }) {
  return (
    <Center h="100%" mih={120} role="status" aria-label={label}>
      <Loader size="sm" type="dots" />
    </Center>
  )
}

export function Empty({ title = 'Nothing here', children }: { title?: string; children?: ReactNode }) {
  return (
    <Says icon={<IconMoodEmpty size={18} />} title={title}>
      {children}
    </Says>
  )
}

export function NotKept({ by }: { by: readonly string[] }) {
  return (
    <Says icon={<IconFilterOff size={18} />} title="Not kept for these filters">
      The hub keeps no series by {by.join(' and ')} together. Take a filter away, or ask the deployment to keep them.
    </Says>
  )
}

/** A view that cannot be drawn, as after a new version of the console whose files are others. */
export function Broken() {
  return (
    <Says
      icon={<IconCloudOff size={18} />}
      title="This view could not be shown"
      colour="red"
      action={
        <Button size="compact-xs" variant="light" onClick={() => location.reload()}>
          Load the console anew
        </Button>
      }
    >
      There may be a newer version of it.
    </Says>
  )
}

export function Failed({ error, again }: { error: Error; again?: () => void }) {
  if (error instanceof HubError && error.status === 403) {
    return (
      <Says icon={<IconLock size={18} />} title="Your role does not show this" colour="yellow">
        {error.message}
      </Says>
    )
  }
  return (
    <Says
      icon={<IconCloudOff size={18} />}
      title={
        error instanceof HubError && error.status === 404 ? 'This is not there (any more)' : 'This could not be loaded'
      }
      colour="red"
      action={
        again ? (
          <Button size="compact-xs" variant="light" onClick={again}>
            Try again
          </Button>
        ) : null
      }
    >
      {error.message}
      {error instanceof HubError && error.requestId ? ` (request ${error.requestId})` : ''}
    </Says>
  )
}
