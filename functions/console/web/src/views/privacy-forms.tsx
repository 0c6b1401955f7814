import { Alert, Button, NumberInput, Stack, Textarea, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { change } from '../api/client'
import { again } from '../api/queries'

export type Asked = 'exports' | 'erasures' | 'holds'

const LONGEST_WAIT_DAYS = 30
const SAID: Record<Asked, string> = {
  exports: 'Everything that names this person is gathered within minutes; the download stands for seven days.',
  erasures: 'The id is taken out of every event, for good. Until the days are over it can be cancelled.',
  holds: 'While the hold stands, nobody can have this person erased.',
}

export function Ask({ what, onDone }: { what: Asked; onDone: () => void }) {
  const client = useQueryClient()
  const [person, setPerson] = useState('')
  const [reason, setReason] = useState('')
  const [days, setDays] = useState<number | string>(LONGEST_WAIT_DAYS)
  const send = useMutation({
    mutationFn: () =>
      change('POST', `v1/privacy/${what}`, {
        user_id: person,
        ...(reason ? { reason } : {}),
        ...(what === 'erasures' ? { after_days: Number(days) } : {}),
      }),
    onSuccess: async () => {
      await again(client, what === 'holds' ? 'holds' : 'privacy-requests')
      await again(client, 'audit')
      onDone()
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    send.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Person"
          description="The id that producers report."
          required
          maxLength={256}
          value={person}
          onChange={(event) => setPerson(event.currentTarget.value)}
          data-autofocus
        />
        <Textarea
          label="Reason"
          required={what !== 'exports'}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {what === 'erasures' ? (
          <NumberInput label="Begins after days" min={0} max={LONGEST_WAIT_DAYS} value={days} onChange={setDays} />
        ) : null}
        <Alert color={what === 'erasures' ? 'red' : 'gray'} p="xs">
          {SAID[what]}
        </Alert>
        {send.isError ? (
          <Alert color="red" role="alert" p="xs">
            {send.error.message}
          </Alert>
        ) : null}
        <Button type="submit" loading={send.isPending} color={what === 'erasures' ? 'red' : 'indigo'}>
          {what === 'exports' ? 'Export' : what === 'erasures' ? 'Erase' : 'Hold'}
        </Button>
      </Stack>
    </form>
  )
}
