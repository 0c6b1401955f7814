import { Alert, Badge, Group, Paper, Text } from '@mantine/core'
import { useLive } from '../live'
import { number, timeOf } from '../ui/format'

/** What has come in during the minute that is not over, while the page is live. */
export function OpenMinute({ isLive }: { isLive: boolean }) {
  const { state, minute } = useLive(isLive)
  if (!isLive) return null
  if (state === 'polling') {
    return (
      <Alert color="gray" p="xs" mb="md">
        This deployment has no WebSocket API: the page asks for news every 5 seconds instead.
      </Alert>
    )
  }
  return (
    <Paper withBorder px="sm" py={6} mb="md" role="status" aria-label="Live">
      <Group gap="md">
        <Badge variant="dot" color={state === 'live' ? 'teal' : 'yellow'} tt="none">
          {state === 'live' ? 'live' : 'connecting'}
        </Badge>
        {minute ? (
          <>
            <Text size="sm" className="number">
              {timeOf(minute.start)}
            </Text>
            <Text size="sm" className="number">
              <b>{number(minute.requests ?? 0)}</b> requests
            </Text>
            <Text size="sm" className="number">
              <b>{number(minute.cost ?? 0, 'usd')}</b>
            </Text>
            <Text size="sm" className="number">
              <b>{number(minute.errors ?? 0)}</b> errors
            </Text>
            <Text size="sm" className="number">
              latency p95 <b>{number(minute.latency, 'ms')}</b>
            </Text>
            <Badge size="sm" variant="light" color="gray" tt="none">
              provisional
            </Badge>
          </>
        ) : (
          <Text size="sm" c="dimmed">
            waiting for the open minute
          </Text>
        )}
      </Group>
    </Paper>
  )
}
