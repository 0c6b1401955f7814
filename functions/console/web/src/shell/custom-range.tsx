import '@mantine/dates/styles.css'
import { Button, Stack } from '@mantine/core'
import { DateTimePicker } from '@mantine/dates'
import { useState } from 'react'

export default function Custom({ onChosen }: { onChosen: (start: number, end: number) => void }) {
  const [start, setStart] = useState<string | null>(null)
  const [end, setEnd] = useState<string | null>(null)
  const [from, to] = [start ? Date.parse(start) : Number.NaN, end ? Date.parse(end) : Number.NaN]
  const isWhole = from < to
  return (
    <Stack gap="xs" w={240}>
      <DateTimePicker
        label="From"
        size="xs"
        value={start}
        onChange={setStart}
        popoverProps={{ withinPortal: false }}
        clearable
      />
      <DateTimePicker
        label="To"
        size="xs"
        value={end}
        onChange={setEnd}
        popoverProps={{ withinPortal: false }}
        clearable
      />
      <Button size="xs" disabled={!isWhole} onClick={() => onChosen(from, to)}>
        Show this range
      </Button>
    </Stack>
  )
}
