import { Alert, Paper, Text } from '@mantine/core'
import { useHealth } from '../api/queries'
import { useFilters } from '../filters'
import { span, words } from '../ui/format'
import { Board } from './board'
import { BOARDS } from './boards'

export default function Quality() {
  const [filters] = useFilters()
  return <Board board={BOARDS.quality} filters={filters} first={<Ages />} />
}

function Ages() {
  const { data: health, isError } = useHealth()
  if (isError) return <Alert color="red">The hub’s health cannot be read.</Alert>
  return (
    <>
      <Age
        title="Pipeline"
        value={health ? words(health.status) : '…'}
        about="Ok: every partition ticks and windows are announced."
      />
      <Age
        title="Complete up to"
        value={`${span(health?.watermark_age_seconds)} ago`}
        about="Every partition is complete up to then."
      />
      <Age
        title="Final up to"
        value={`${span(health?.cursor_age_seconds)} ago`}
        about={`Windows are final ${span(health?.closing_delay_seconds)} after they are complete.`}
      />
    </>
  )
}

function Age({ title, value, about }: { title: string; value: string; about: string }) {
  return (
    <Paper withBorder p="sm">
      <Text size="xs" c="dimmed" fw={500}>
        {title}
      </Text>
      <Text fw={650} fz={24} lh={1.3}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {about}
      </Text>
    </Paper>
  )
}
