import '@mantine/dates/styles.css'
import { Alert, Button, Group, Modal, Stack, Table, Text, TextInput } from '@mantine/core'
import { DateTimePicker } from '@mantine/dates'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useGroupings, useMay } from '../api/queries'
import { useMaintenance, useMaintenanceChange } from '../api/rules'
import type { Maintenance } from '../api/types'
import { at } from '../ui/format'
import { Mark, Where } from '../ui/marks'
import { Part } from '../ui/part'
import { Empty, Failed, Loading } from '../ui/states'
import { WhereInput } from './where-input'

const HOUR = 3_600_000

/** Times in which nobody is told. */
export function MaintenanceWindows() {
  const { data: planned, error, isPending, refetch } = useMaintenance()
  const [isAsking, setIsAsking] = useState(false)
  const may = useMay('metrics:write')
  const add = (
    <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} />} onClick={() => setIsAsking(true)}>
      Plan maintenance
    </Button>
  )
  return (
    <Part title="Maintenance windows" action={may ? add : null}>
      {error ? <Failed error={error} again={() => void refetch()} /> : null}
      {isPending ? <Loading label="Loading maintenance windows" /> : null}
      {planned?.length === 0 ? (
        <Empty title="None is planned">In a maintenance window anomalies are noted, and nobody is told.</Empty>
      ) : null}
      {planned?.length ? <List planned={planned} may={may} /> : null}
      <Modal
        opened={isAsking}
        onClose={() => setIsAsking(false)}
        title="Plan maintenance"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Form onDone={() => setIsAsking(false)} />
      </Modal>
    </Part>
  )
}

function List({ planned, may }: { planned: readonly Maintenance[]; may: boolean }) {
  const change = useMaintenanceChange()
  const [now] = useState(Date.now)
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table fz="sm" verticalSpacing={6}>
        <Table.Tbody>
          {planned.map((each) => (
            <Table.Tr key={each.id}>
              <Table.Td className="number">
                {at(each.start)} – {at(each.end)}
              </Table.Td>
              <Table.Td>
                <Mark of={Date.parse(each.start) <= now ? 'running' : 'scheduled'} />
              </Table.Td>
              <Table.Td>
                <Where dimensions={each.where} />
              </Table.Td>
              <Table.Td>{each.reason}</Table.Td>
              <Table.Td ta="right">
                {may ? (
                  <Button
                    size="compact-xs"
                    variant="default"
                    loading={change.isPending}
                    onClick={() =>
                      change.mutate(
                        { id: each.id },
                        { onError: (error) => notifications.show({ message: error.message, color: 'red' }) },
                      )
                    }
                  >
                    {Date.parse(each.start) <= now ? 'End it' : 'Cancel'}
                  </Button>
                ) : null}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

function Form({ onDone }: { onDone: () => void }) {
  const change = useMaintenanceChange()
  const dimensions = [...new Set(useGroupings().flat())]
  const [start, setStart] = useState<string | null>(() => local(Date.now()))
  const [end, setEnd] = useState<string | null>(() => local(Date.now() + HOUR))
  const [where, setWhere] = useState<Record<string, string | null>>({})
  const [reason, setReason] = useState('')
  const [from, to] = [start ? Date.parse(start) : Number.NaN, end ? Date.parse(end) : Number.NaN]
  function submit(event: FormEvent) {
    event.preventDefault()
    const times = { start: new Date(from).toISOString(), end: new Date(to).toISOString() }
    change.mutate({ ...times, where, reason }, { onSuccess: onDone })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Reason"
          maxLength={500}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          data-autofocus
        />
        <Group grow align="start">
          <DateTimePicker label="From" required value={start} onChange={setStart} />
          <DateTimePicker
            label="To"
            required
            value={end}
            onChange={setEnd}
            error={to <= from ? 'before it begins' : null}
          />
        </Group>
        <Text size="sm" c="dimmed">
          Where nobody is told; left empty, everywhere.
        </Text>
        <WhereInput dimensions={dimensions} value={where} onChange={setWhere} />
        {change.isError ? (
          <Alert color="red" role="alert" p="xs">
            {change.error.message}
          </Alert>
        ) : null}
        <Group justify="flex-end">
          <Button type="submit" loading={change.isPending} disabled={!(from < to)}>
            Plan
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

/** As the picker writes an instant: the wall clock of who looks at it. */
function local(instant: number): string {
  const date = new Date(instant - new Date(instant).getTimezoneOffset() * 60_000)
  return date.toISOString().slice(0, 19).replace('T', ' ')
}
