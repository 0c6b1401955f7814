import { Anchor, Button, Group, Modal, Stack, Table, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { change, get } from '../api/client'
import { again, useMay } from '../api/queries'
import type { LegalHold, PrivacyRequest } from '../api/types'
import { at, words } from '../ui/format'
import { Mark } from '../ui/marks'
import { Part } from '../ui/part'
import { Empty, Failed, Loading } from '../ui/states'
import { Audit } from './audit'
import { Consents } from './consents'
import { Ask, type Asked } from './privacy-forms'

const LOOK_AGAIN_MILLISECONDS = 15_000

/** What is asked about one person, and the log of who did what. */
export default function Privacy() {
  return (
    <Stack>
      <Requests />
      <Holds />
      <Consents />
      <Audit />
    </Stack>
  )
}

function told(error: Error): void {
  notifications.show({ message: error.message, color: 'red' })
}

function Requests() {
  const client = useQueryClient()
  const may = useMay('user:write')
  const [asked, setAsked] = useState<Asked | null>(null)
  const found = useQuery({
    queryKey: ['privacy-requests'],
    queryFn: ({ signal }) => get<{ requests: PrivacyRequest[] }>('v1/privacy/requests', {}, signal),
    refetchInterval: LOOK_AGAIN_MILLISECONDS,
  })
  const cancel = useMutation({
    mutationFn: (id: string) => change('DELETE', `v1/privacy/requests/${id}`),
    onSuccess: () => again(client, 'privacy-requests'),
    onError: told,
  })
  return (
    <Part
      title="Export and erasure"
      action={
        may ? (
          <Group gap="xs">
            <Button size="compact-sm" variant="light" onClick={() => setAsked('exports')}>
              Export a person’s data
            </Button>
            <Button size="compact-sm" variant="light" color="red" onClick={() => setAsked('erasures')}>
              Erase a person
            </Button>
          </Group>
        ) : null
      }
    >
      {found.isError ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading label="Loading requests" /> : null}
      {found.data?.requests.length === 0 ? (
        <Empty title="Nobody has asked">Exports and erasures stand here, with how far they have come.</Empty>
      ) : null}
      {found.data?.requests.length ? (
        <Table.ScrollContainer minWidth={720}>
          <Table fz="sm" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Person</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>Status</Table.Th>
                <Table.Th>Asked</Table.Th>
                <Table.Th>Found</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">Actions</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {found.data.requests.map((request) => (
                <Table.Tr key={request.id}>
                  <Table.Td fw={500}>{request.user_id || `erased (${request.subject.slice(0, 8)}…)`}</Table.Td>
                  <Table.Td>{words(request.kind)}</Table.Td>
                  <Table.Td>
                    <Mark of={request.status} />
                  </Table.Td>
                  <Table.Td>
                    {at(request.requested_at)}
                    {request.status === 'scheduled' && request.kind === 'erasure' ? (
                      <Text size="xs" c="dimmed">
                        begins {at(request.not_before)}
                      </Text>
                    ) : null}
                  </Table.Td>
                  <Table.Td>
                    {Object.entries(request.found)
                      .map(([where, count]) => `${count} in ${words(where).toLowerCase()}`)
                      .join(', ') || '–'}
                  </Table.Td>
                  <Table.Td ta="right">
                    {may && request.status === 'scheduled' ? (
                      <Button size="compact-xs" variant="default" onClick={() => cancel.mutate(request.id)}>
                        Cancel
                      </Button>
                    ) : null}
                    {may && request.kind === 'export' && request.status === 'done' ? <Download of={request} /> : null}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      <Modal
        opened={asked !== null}
        onClose={() => setAsked(null)}
        title={asked === 'erasures' ? 'Erase a person' : 'Export a person’s data'}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {asked ? <Ask what={asked} onDone={() => setAsked(null)} /> : null}
      </Modal>
    </Part>
  )
}

/** A link opens for five minutes, so it is made when it is wanted. */
function Download({ of }: { of: PrivacyRequest }) {
  const links = useMutation({
    mutationFn: () => get<{ links: string[] }>(`v1/privacy/requests/${of.id}/download`),
    onError: told,
  })
  if (!links.data) {
    return (
      <Button size="compact-xs" variant="default" loading={links.isPending} onClick={() => links.mutate()}>
        Download
      </Button>
    )
  }
  return (
    <Group gap="xs" justify="flex-end">
      {links.data.links.map((link, part) => (
        <Anchor key={link} href={link} size="sm" target="_blank" rel="noreferrer">
          Part {part + 1}
        </Anchor>
      ))}
    </Group>
  )
}

function Holds() {
  const client = useQueryClient()
  const may = useMay('user:write')
  const [isAsking, setIsAsking] = useState(false)
  const found = useQuery({
    queryKey: ['holds'],
    queryFn: ({ signal }) => get<{ holds: LegalHold[] }>('v1/privacy/holds', {}, signal),
  })
  const lift = useMutation({
    mutationFn: (id: string) => change('DELETE', `v1/privacy/holds/${id}`),
    onSuccess: () => again(client, 'holds'),
    onError: told,
  })
  return (
    <Part
      title="Legal holds"
      action={
        may ? (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconPlus size={14} />}
            onClick={() => setIsAsking(true)}
          >
            New hold
          </Button>
        ) : null
      }
    >
      {found.isError ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading label="Loading holds" /> : null}
      {found.data?.holds.length === 0 ? (
        <Text size="sm" c="dimmed">
          None: nobody is kept from being erased.
        </Text>
      ) : null}
      {found.data?.holds.map((hold) => (
        <Group key={hold.id} gap="sm" justify="space-between">
          <Text size="sm">
            <b>{hold.user_id}</b> since {at(hold.placed_at)}: {hold.reason}
          </Text>
          {may ? (
            <Button size="compact-xs" variant="subtle" color="red" onClick={() => lift.mutate(hold.id)}>
              Lift
            </Button>
          ) : null}
        </Group>
      ))}
      <Modal
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title="Legal hold"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Ask what="holds" onDone={() => setIsAsking(false)} />
      </Modal>
    </Part>
  )
}
