import {
  Anchor,
  Group,
  Input,
  SegmentedControl,
  Select,
  Stack,
  Table,
  Text,
  useMantineColorScheme,
} from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { get, ROOT } from '../api/client'
import { useHealth } from '../api/queries'
import type { Price } from '../api/types'
import { LABELS, RANGES } from '../filters'
import { useHub } from '../hub'
import { preferredRange, usePreferences } from '../preferences'
import { NOTHING, named, words } from '../ui/format'
import { Part } from '../ui/part'
import { Failed } from '../ui/states'

export default function Settings() {
  const { facts } = useHub()
  const { data: health } = useHealth()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { content, keep } = usePreferences()
  return (
    <Stack>
      <Part title="What you prefer">
        <Group gap="xl" align="end">
          <Input.Wrapper label="Colours" labelElement="div">
            <SegmentedControl
              display="flex"
              aria-label="Colours"
              value={colorScheme}
              onChange={(value) => {
                setColorScheme(value as 'auto' | 'light' | 'dark')
                keep.mutate({ colours: value as 'auto' | 'light' | 'dark' })
              }}
              data={[
                { value: 'auto', label: 'As the system' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
            />
          </Input.Wrapper>
          <Select
            label="Time range at the beginning"
            data={RANGES.map((value) => ({ value, label: LABELS[value] }))}
            value={(content && preferredRange(content)) ?? '3h'}
            onChange={(range) => range && keep.mutate({ range })}
            allowDeselect={false}
          />
        </Group>
        {keep.isError ? <Failed error={keep.error} /> : null}
        {keep.isSuccess ? (
          <Text size="xs" c="dimmed" mt="xs" role="status">
            Kept: it is the same wherever you sign in.
          </Text>
        ) : null}
      </Part>
      <Part title="This hub">
        <dl className="fact-list">
          <dt>Deployment</dt>
          <dd>{facts.deployment}</dd>
          <dt>Pipeline</dt>
          <dd>{health ? words(health.status) : NOTHING}</dd>
          <dt>Series are kept by</dt>
          <dd>
            {facts.groupings.map((grouping) => grouping.map((name) => words(name)).join(' + ') || 'Total').join(', ')}
          </dd>
          <dt>News</dt>
          <dd>{facts.live_url ? 'pushed over a WebSocket' : 'this page polls: the deployment has no WebSocket API'}</dd>
          <dt>API</dt>
          <dd>
            <Anchor href={new URL('openapi.json', ROOT).href} size="sm">
              OpenAPI description
            </Anchor>
          </dd>
        </dl>
      </Part>
      <Prices />
    </Stack>
  )
}

function Prices() {
  const found = useQuery({
    queryKey: ['prices'],
    queryFn: ({ signal }) => get<{ prices: Price[] }>('v1/prices', {}, signal),
  })
  const columns = [...new Set((found.data?.prices ?? []).flatMap((price) => Object.keys(price)))].filter(
    (name) => !['model', 'provider'].includes(name),
  )
  return (
    <Part title="Negotiated prices">
      {found.isError ? <Failed error={found.error} /> : null}
      {found.data?.prices.length === 0 ? (
        <Text size="sm" c="dimmed">
          None: every model is priced by its provider’s list.
        </Text>
      ) : null}
      {found.data?.prices.length ? (
        <Table fz="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Model</Table.Th>
              <Table.Th>Provider</Table.Th>
              {columns.map((name) => (
                <Table.Th key={name}>{words(name)}</Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {found.data.prices.map((price) => (
              <Table.Tr key={`${price.provider} ${price.model}`}>
                <Table.Td>{price.model}</Table.Td>
                <Table.Td>{named(price.provider)}</Table.Td>
                {columns.map((name) => (
                  <Table.Td key={name}>{String(price[name] ?? '–')}</Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </Part>
  )
}
