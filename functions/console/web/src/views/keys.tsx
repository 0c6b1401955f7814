import {
  Alert,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  NumberInput,
  Paper,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { change } from '../api/client'
import { again, useKeys, useMay, useMe } from '../api/queries'
import type { ApiKey } from '../api/types'
import { ago, at, words } from '../ui/format'
import { Mark } from '../ui/marks'
import { Failed, Loading } from '../ui/states'

const ROLES = ['viewer', 'api_client', 'developer', 'analyst', 'admin', 'super_admin']

export default function Keys() {
  const { data: me } = useMe()
  const keys = useKeys()
  const may = useMay('api_key:write')
  const [isAsking, setIsAsking] = useState(false)
  const [secret, setSecret] = useState<string | null>(null)
  return (
    <Stack>
      <Paper component="section" withBorder p="md" aria-label="You">
        <Title order={2} size="sm" mb="xs">
          Who you are here
        </Title>
        <dl className="fact-list">
          <dt>Tenant</dt>
          <dd>{me?.tenant}</dd>
          <dt>Role</dt>
          <dd>{words(me?.role ?? '')}</dd>
          <dt>Rate plan</dt>
          <dd>{me?.rate_plan}</dd>
          <dt>May</dt>
          <dd>{me?.permissions.join(', ')}</dd>
        </dl>
      </Paper>
      <Paper component="section" withBorder p="md" aria-label="API keys">
        <Group justify="space-between" mb="xs">
          <Title order={2} size="sm">
            API keys
          </Title>
          {may ? (
            <Button
              size="compact-sm"
              variant="light"
              leftSection={<IconPlus size={14} />}
              onClick={() => setIsAsking(true)}
            >
              New key
            </Button>
          ) : null}
        </Group>
        {keys.isError ? <Failed error={keys.error} again={() => void keys.refetch()} /> : null}
        {keys.isPending ? <Loading label="Loading keys" /> : null}
        {keys.data ? <List keys={keys.data} mine={me?.key_id} may={may} onSecret={setSecret} /> : null}
      </Paper>
      <Modal
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title="New key"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Form
          onMade={(made) => {
            setIsAsking(false)
            setSecret(made)
          }}
        />
      </Modal>
      <Modal
        opened={secret !== null}
        onClose={() => setSecret(null)}
        title="The key, shown only now"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Alert color="yellow">Copy it now: the hub keeps no more of it than its hash.</Alert>
          <Code block>{secret}</Code>
          <CopyButton value={secret ?? ''}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? 'Copied' : 'Copy'}</Button>}
          </CopyButton>
        </Stack>
      </Modal>
    </Stack>
  )
}

interface ListProps {
  keys: readonly ApiKey[]
  mine: string | undefined
  may: boolean
  onSecret: (secret: string) => void
}

function List({ keys, mine, may, onSecret }: ListProps) {
  const client = useQueryClient()
  const done = () => again(client, 'keys')
  const told = (error: Error) => notifications.show({ message: error.message, color: 'red' })
  const rotate = useMutation({
    mutationFn: (key: ApiKey) => change<{ api_key: string }>('POST', `v1/keys/${key.key_id}/rotate`),
    onSuccess: async ({ api_key }) => {
      onSecret(api_key)
      await done()
    },
    onError: told,
  })
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => change('DELETE', `v1/keys/${key.key_id}`),
    onSuccess: done,
    onError: told,
  })
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Name</Table.Th>
            <Table.Th>Begins with</Table.Th>
            <Table.Th>Role</Table.Th>
            <Table.Th>Rate plan</Table.Th>
            <Table.Th>Made</Table.Th>
            <Table.Th>Valid until</Table.Th>
            <Table.Th>
              <span className="visually-hidden">Actions</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {keys.map((key) => (
            <Table.Tr key={key.key_id} opacity={key.revoked_at ? 0.55 : 1}>
              <Table.Td fw={500}>
                {key.name} {key.key_id === mine ? <Mark of="this session" /> : null}
              </Table.Td>
              <Table.Td>
                <Code>{key.prefix}…</Code>
              </Table.Td>
              <Table.Td>{words(key.role)}</Table.Td>
              <Table.Td>{key.rate_plan}</Table.Td>
              <Table.Td>{ago(key.created_at)}</Table.Td>
              <Table.Td>{key.revoked_at ? `revoked ${ago(key.revoked_at)}` : at(key.valid_until)}</Table.Td>
              <Table.Td>
                {may && !key.revoked_at ? (
                  <Group gap={4} wrap="nowrap" justify="flex-end">
                    <Button
                      size="compact-xs"
                      variant="default"
                      loading={rotate.isPending}
                      onClick={() => rotate.mutate(key)}
                    >
                      Rotate
                    </Button>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      color="red"
                      disabled={key.key_id === mine}
                      onClick={() => revoke.mutate(key)}
                    >
                      Revoke
                    </Button>
                  </Group>
                ) : null}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Form({ onMade }: { onMade: (secret: string) => void }) {
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [role, setRole] = useState<string>('viewer')
  const [days, setDays] = useState<number | string>(90)
  const make = useMutation({
    mutationFn: () => change<{ api_key: string }>('POST', 'v1/keys', { name, role, valid_days: Number(days) || null }),
    onSuccess: async ({ api_key }) => {
      onMade(api_key)
      await again(client, 'keys')
    },
  })
  function submit(event: FormEvent) {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          label="Role"
          data={ROLES.map((value) => ({ value, label: words(value) }))}
          value={role}
          onChange={(value) => setRole(value ?? 'viewer')}
          allowDeselect={false}
          description="A key may do no more than who makes it."
        />
        <NumberInput label="Valid for days" min={1} max={3650} value={days} onChange={setDays} />
        {make.isError ? (
          <Text size="sm" c="red" role="alert">
            {make.error.message}
          </Text>
        ) : null}
        <Button type="submit" loading={make.isPending}>
          Make the key
        </Button>
      </Stack>
    </form>
  )
}
