import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { change, get } from '../api/client'
import { again, useMay } from '../api/queries'
import type { Consent } from '../api/types'
import { at, words } from '../ui/format'
import { Part } from '../ui/part'
import { Failed, Loading } from '../ui/states'

const PURPOSES = ['marketing', 'analytics', 'data_processing'] as const

/** What one person has agreed to, purpose by purpose. */
export function Consents() {
  const [typed, setTyped] = useState('')
  const [person, setPerson] = useState('')
  function submit(event: FormEvent) {
    event.preventDefault()
    setPerson(typed.trim())
  }
  return (
    <Part title="Consent">
      <Stack gap="sm">
        <form onSubmit={submit}>
          <Group align="end" gap="xs">
            <TextInput
              label="Person"
              placeholder="id, as producers report it"
              w={260}
              required
              maxLength={256}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
            <Button type="submit" variant="light">
              Look up
            </Button>
          </Group>
        </form>
        {person ? <Purposes person={person} /> : null}
      </Stack>
    </Part>
  )
}

function Purposes({ person }: { person: string }) {
  const client = useQueryClient()
  const may = useMay('user:write')
  const found = useQuery({
    queryKey: ['consents', person],
    queryFn: ({ signal }) =>
      get<{ consents: Record<string, Consent> }>('v1/privacy/consents', { user_id: person }, signal),
  })
  const record = useMutation({
    mutationFn: ({ purpose, granted }: { purpose: string; granted: boolean }) =>
      change('POST', 'v1/privacy/consents', { user_id: person, purpose, granted }),
    onSuccess: () => again(client, 'consents', person),
    onError: (error: Error) => notifications.show({ message: error.message, color: 'red' }),
  })
  if (found.isError) return <Failed error={found.error} again={() => void found.refetch()} />
  if (!found.data) return <Loading label="Loading consents" />
  const { consents } = found.data
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table fz="sm" verticalSpacing={6}>
        <Table.Tbody>
          {PURPOSES.map((purpose) => {
            const one = consents[purpose]
            return (
              <Table.Tr key={purpose}>
                <Table.Td fw={500}>{words(purpose)}</Table.Td>
                <Table.Td>
                  <Text size="sm" c={one ? 'bright' : 'dimmed'}>
                    {one
                      ? `${one.granted ? 'granted' : 'refused'} ${at(one.recorded_at)}${one.version ? `, text ${one.version}` : ''}`
                      : 'never asked'}
                  </Text>
                </Table.Td>
                <Table.Td ta="right">
                  {may ? (
                    <Button
                      size="compact-xs"
                      variant="default"
                      loading={record.isPending}
                      onClick={() => record.mutate({ purpose, granted: !one?.granted })}
                    >
                      {one?.granted ? 'Withdraw' : 'Record consent'}
                    </Button>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
