import { Alert, Button, Code, Stack, Table, Text, Tooltip } from '@mantine/core'
import { IconShieldCheck, IconShieldX } from '@tabler/icons-react'
import { useInfiniteQuery, useMutation } from '@tanstack/react-query'
import { get } from '../api/client'
import type { AuditEntry, AuditVerdict } from '../api/types'
import { at, number, words } from '../ui/format'
import { Part } from '../ui/part'
import { Empty, Failed, Loading } from '../ui/states'

const PAGE = 50

interface Answer {
  entries: AuditEntry[]
  next: number | null
}

/** Who did what, the newest first; the chain of hashes is looked through on request. */
export function Audit() {
  const found = useInfiniteQuery({
    queryKey: ['audit'],
    queryFn: ({ pageParam, signal }) => get<Answer>('v1/audit', { limit: PAGE, next: pageParam }, signal),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  })
  const entries = found.data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <Part title="Audit log" action={<Verify />}>
      {found.isError ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
      {found.isPending ? <Loading label="Loading the audit log" /> : null}
      {found.data && !entries.length ? (
        <Empty title="Nothing has been done yet">
          Keys, decisions on anomalies, rules, budgets, prices, exports and erasures are written here.
        </Empty>
      ) : null}
      {entries.length ? (
        <Table.ScrollContainer minWidth={760}>
          <Table fz="sm" verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th ta="right">No.</Table.Th>
                <Table.Th>When</Table.Th>
                <Table.Th>Who</Table.Th>
                <Table.Th>Did</Table.Th>
                <Table.Th>To</Table.Th>
                <Table.Th>Hash</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {entries.map((entry) => (
                <Entry key={entry.sequence} {...entry} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      {found.hasNextPage ? (
        <Button
          mt="sm"
          size="compact-sm"
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          Older entries
        </Button>
      ) : null}
    </Part>
  )
}

function Entry({ sequence, at: instant, actor, action, target, detail, hash }: AuditEntry) {
  const details = Object.entries(detail)
  return (
    <Table.Tr>
      <Table.Td ta="right" className="number">
        {sequence}
      </Table.Td>
      <Table.Td>{at(instant)}</Table.Td>
      <Table.Td>{actor}</Table.Td>
      <Table.Td>{words(action.replace('.', ' '))}</Table.Td>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {target}
        {details.length ? (
          <Text size="xs" c="dimmed">
            {details.map(([name, value]) => `${words(name).toLowerCase()}: ${value}`).join(' · ')}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <Tooltip label={hash}>
          <Code>{hash.slice(0, 10)}</Code>
        </Tooltip>
      </Table.Td>
    </Table.Tr>
  )
}

function Verify() {
  const verdict = useMutation({ mutationFn: () => get<AuditVerdict>('v1/audit/verify') })
  return (
    <Stack gap="xs" align="end">
      <Button size="compact-sm" variant="light" loading={verdict.isPending} onClick={() => verdict.mutate()}>
        Verify the chain
      </Button>
      {verdict.isError ? (
        <Alert color="red" p="xs" role="alert">
          {verdict.error.message}
        </Alert>
      ) : null}
      {verdict.data ? <Verdict {...verdict.data} /> : null}
    </Stack>
  )
}

function Verdict({ valid, entries, head, broken_at }: AuditVerdict) {
  return (
    <Alert
      role="status"
      p="xs"
      color={valid ? 'teal' : 'red'}
      icon={valid ? <IconShieldCheck size={16} /> : <IconShieldX size={16} />}
    >
      {valid
        ? `All ${number(entries)} entries are as they were written.`
        : `The chain is broken at ${broken_at.join(', ')}.`}{' '}
      {head ? <Code>{head.slice(0, 16)}…</Code> : null}
    </Alert>
  )
}
