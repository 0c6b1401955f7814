import { notifications } from '@mantine/notifications'

/** What has gone wrong behind a button, to whoever has pressed it. */
export function told(error: Error): void {
  notifications.show({ message: error.message, color: 'red' })
}
