import {
  Anchor,
  Badge,
  Group,
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
import type { Maintenance, Price, Rule } from '../api/types'
import { RANGES } from '../filters'
import { useHub } from '../hub'
import { preferredRange, usePreferences } from '../preferences'
import { at, named, words } from '../ui/format'
import { Mark, Where } from '../ui/marks'
import { Part } from '../ui/part'
import { Failed, Loading } from '../ui/states'

export default function Settings() {
  const { facts } = useHub()
  const { data: health } = useHealth()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { content, keep } = usePreferences()
  return (
    <Stack>
      <Part title="What you prefer">
        <Group gap="xl" align="end">
          <SegmentedControl
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
          <Select
            label="Time range at the beginning"
            data={[...RANGES]}
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
          <dd>{health?.status}</dd>
          <dt>Series are kept by</dt>
          <dd>{facts.groupings.map((grouping) => grouping.join(' + ') || 'total').join(', ')}</dd>
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
      <Rules />
      <Quiet />
      <Prices />
    </Stack>
  )
}

function Rules() {
  const found = useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => get<{ rules: Rule[] }>('v1/rules', {}, signal),
  })
  return (
    <Part title="Alert rules">
      {found.isError ? <Failed error={found.error} /> : null}
      {found.isPending ? <Loading /> : null}
      {found.data?.rules.length === 0 ? (
        <Text size="sm" c="dimmed">
          None: the detector that learns what is usual watches every series by itself. Rules are added with POST
          /v1/rules.
        </Text>
      ) : null}
      {found.data?.rules.length ? (
        <Table fz="sm">
          <Table.Tbody>
            {found.data.rules.map((rule) => (
              <Table.Tr key={rule.id}>
                <Table.Td fw={500}>{rule.name}</Table.Td>
                <Table.Td>{rule.grouping}</Table.Td>
                <Table.Td>
                  <Where dimensions={rule.where} />
                </Table.Td>
                <Table.Td>
                  <Mark of={rule.severity} />
                </Table.Td>
                <Table.Td>
                  <Badge size="sm" variant="light" color={rule.enabled ? 'teal' : 'gray'}>
                    {rule.enabled ? 'on' : 'off'}
                  </Badge>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ) : null}
    </Part>
  )
}

function Quiet() {
  const found = useQuery({
    queryKey: ['maintenance'],
    queryFn: ({ signal }) => get<{ maintenance: Maintenance[] }>('v1/maintenance', {}, signal),
  })
  return (
    <Part title="Maintenance windows">
      {found.isError ? <Failed error={found.error} /> : null}
      {found.data?.maintenance.length === 0 ? (
        <Text size="sm" c="dimmed">
          None is planned.
        </Text>
      ) : null}
      {found.data?.maintenance.map((each) => (
        <Group key={each.id} gap="sm">
          <Text size="sm">
            {at(each.start)} – {at(each.end)}
          </Text>
          <Where dimensions={each.where} />
          <Text size="sm" c="dimmed">
            {each.reason}
          </Text>
        </Group>
      ))}
    </Part>
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
