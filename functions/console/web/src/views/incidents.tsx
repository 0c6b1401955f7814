import { Anchor, Group, Paper, SegmentedControl, Table, Text } from '@mantine/core'
import { Link, useSearchParams } from 'react-router'
import { useIncidents } from '../api/queries'
import type { Incident } from '../api/types'
import { spanOf, useFilters } from '../filters'
import { at, NOTHING, number, sentence, words } from '../ui/format'
import { Mark } from '../ui/marks'
import { Empty, Failed, Loading } from '../ui/states'
import { Board } from './board'
import { BOARDS } from './boards'

export default function Incidents() {
  const [filters] = useFilters()
  const [params, setParams] = useSearchParams()
  const status = params.get('status') ?? 'all'
  const found = useIncidents(filters)
  const { start, end } = spanOf(filters.range)
  const shown = (found.data ?? []).filter(
    (each) =>
      (status === 'all' ? each.status !== 'merged' : each.status === status) &&
      Date.parse(each.last_signal_at) >= start &&
      Date.parse(each.opened_at) < end,
  )
  return (
    <>
      <SegmentedControl
        size="xs"
        mb="sm"
        aria-label="Status"
        value={status}
        onChange={(chosen) =>
          setParams(
            (old) => new URLSearchParams([...[...old].filter(([name]) => name !== 'status'), ['status', chosen]]),
            { replace: true },
          )
        }
        data={['all', 'open', 'resolved'].map((value) => ({ value, label: words(value) }))}
      />
      <Paper withBorder mb="md">
        {found.isError ? <Failed error={found.error} again={() => void found.refetch()} /> : null}
        {found.isPending ? <Loading label="Loading incidents" /> : null}
        {found.data && !shown.length ? (
          <Empty title="No incidents in this range">
            What belongs together is told here as one story, with its likeliest cause.
          </Empty>
        ) : null}
        {shown.length ? <List incidents={shown} /> : null}
      </Paper>
      <Board board={BOARDS.incidents} filters={filters} />
    </>
  )
}

function List({ incidents }: { incidents: readonly Incident[] }) {
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table highlightOnHover fz="sm" verticalSpacing={8}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Impact</Table.Th>
            <Table.Th>Story</Table.Th>
            <Table.Th>Likeliest cause</Table.Th>
            <Table.Th>Signals</Table.Th>
            <Table.Th>Extra cost</Table.Th>
            <Table.Th>Opened</Table.Th>
            <Table.Th>Status</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {incidents.map((each) => (
            <Table.Tr key={each.incident_id}>
              <Table.Td>
                <Mark of={each.impact.level} />
              </Table.Td>
              <Table.Td maw={380}>
                <Anchor
                  component={Link}
                  to={`/incidents/${encodeURIComponent(each.incident_id)}`}
                  size="sm"
                  fw={500}
                  lineClamp={3}
                  title={sentence(each.title)}
                >
                  {sentence(each.title)}
                </Anchor>
                <Group gap={6}>
                  {each.correlation_types.map((type) => (
                    <Text key={type} size="xs" c="dimmed">
                      {words(type)}
                    </Text>
                  ))}
                </Group>
              </Table.Td>
              <Table.Td maw={300}>
                <Text size="sm" lineClamp={2}>
                  {sentence(each.suspected_causes[0]?.summary ?? NOTHING)}
                </Text>
              </Table.Td>
              <Table.Td>{each.signals}</Table.Td>
              <Table.Td>{number(each.impact.additional_cost_usd, 'usd')}</Table.Td>
              <Table.Td className="number">{at(each.opened_at)}</Table.Td>
              <Table.Td>
                <Mark of={each.status} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
