import { Alert, Button, Group, NumberInput, Paper, Select, Stack, Table, Text, TextInput, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { change } from '../api/client'
import { useForecasts } from '../api/queries'
import type { Forecast, WhatIf } from '../api/types'
import { Canvas } from '../charts/canvas'
import { NO_DATA, nameOf } from '../charts/data'
import type { ChartSpec } from '../charts/spec'
import { useFilters } from '../filters'
import { ago, number, words } from '../ui/format'
import { Empty, Failed, Loading } from '../ui/states'
import { Board } from './board'
import { BOARDS } from './boards'

export default function Forecasts() {
  const [filters] = useFilters()
  return (
    <>
      <Board board={BOARDS.forecasts} filters={filters} />
      <div className="board" style={{ marginTop: 12 }}>
        <ByModel />
        <IfSo />
      </div>
    </>
  )
}

const MEASURES = [
  { value: 'computed_cost_usd', label: 'Cost' },
  { value: 'requests', label: 'Requests' },
  { value: 'input_tokens', label: 'Input tokens' },
  { value: 'output_tokens', label: 'Output tokens' },
]

function ByModel() {
  const [measure, setMeasure] = useState('computed_cost_usd')
  const [by, setBy] = useState('model')
  const { data, error, isPending, refetch } = useForecasts(measure, [by])
  const unit = measure.endsWith('usd') ? 'usd' : 'count'
  return (
    <Paper
      component="section"
      withBorder
      p="sm"
      aria-label="Forecasts by group"
      style={{ '--span': 8 } as React.CSSProperties}
    >
      <Group justify="space-between" mb="xs">
        <Title order={2} size="sm">
          What is expected of each
        </Title>
        <Group gap="xs">
          <Select
            size="xs"
            w={140}
            aria-label="Measure"
            data={MEASURES}
            value={measure}
            onChange={(value) => value && setMeasure(value)}
            allowDeselect={false}
          />
          <Select
            size="xs"
            w={120}
            aria-label="Grouped by"
            data={['model', 'team', 'provider'].map((value) => ({ value, label: words(value) }))}
            value={by}
            onChange={(value) => value && setBy(value)}
            allowDeselect={false}
          />
        </Group>
      </Group>
      {error ? <Failed error={error} again={() => void refetch()} /> : null}
      {isPending ? <Loading /> : null}
      {data && !data.forecasts.length ? (
        <Empty title="No forecasts yet">A series is forecast from its first whole day on, once an hour.</Empty>
      ) : null}
      {data?.forecasts.length ? (
        <Table.ScrollContainer minWidth={640}>
          <Table fz="sm" verticalSpacing={5}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{words(by)}</Table.Th>
                <Table.Th ta="right">Next 24 hours</Table.Th>
                <Table.Th ta="right">By the month’s end</Table.Th>
                <Table.Th ta="right">Interval</Table.Th>
                <Table.Th ta="right">Held so far</Table.Th>
                <Table.Th>Issued</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.forecasts.map((each) => (
                <Row key={nameOf(each.dimensions)} forecast={each} unit={unit} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
    </Paper>
  )
}

function Row({ forecast, unit }: { forecast: Forecast; unit: 'usd' | 'count' }) {
  const day = forecast.hours.reduce((sum, hour) => sum + hour.point, 0)
  const held = forecast.realised_coverage ?? forecast.backtest_coverage
  return (
    <Table.Tr>
      <Table.Td fw={500}>{nameOf(forecast.dimensions)}</Table.Td>
      <Table.Td ta="right">{number(day, unit)}</Table.Td>
      <Table.Td ta="right">{number(forecast.month?.point, unit)}</Table.Td>
      <Table.Td ta="right" className="number">
        {forecast.month ? `${number(forecast.month.lower, unit)} – ${number(forecast.month.upper, unit)}` : '–'}
      </Table.Td>
      <Table.Td ta="right" title="The share of hours inside the 95 % interval">
        {number(held, 'ratio')}
      </Table.Td>
      <Table.Td>{ago(forecast.issued_at)}</Table.Td>
    </Table.Tr>
  )
}

const FAN: ChartSpec & { kind: 'fan' } = {
  id: 'what-if',
  title: 'What if',
  about: 'The next 24 hours after the change.',
  topic: 'forecasts',
  kind: 'fan',
  unit: 'usd',
  source: { of: 'forecast', measure: 'computed_cost_usd' },
}

function IfSo() {
  const [filters] = useFilters()
  const [traffic, setTraffic] = useState<number | string>(2)
  const [model, setModel] = useState('')
  const [byModel, setByModel] = useState('')
  const [byProvider, setByProvider] = useState('')
  const asked = useMutation({
    mutationFn: () =>
      change<WhatIf>('POST', 'v1/forecasts/what-if', {
        traffic: Number(traffic),
        ...(model && byModel && byProvider ? { replace: { model, by_model: byModel, by_provider: byProvider } } : {}),
      }),
  })
  const answer = asked.data
  return (
    <Paper component="section" withBorder p="sm" aria-label="What if" style={{ '--span': 4 } as React.CSSProperties}>
      <Title order={2} size="sm" mb="xs">
        What if …
      </Title>
      <Stack gap="xs">
        <NumberInput
          size="xs"
          label="… there were this many times the traffic"
          min={0.1}
          max={1000}
          step={0.5}
          decimalScale={2}
          value={traffic}
          onChange={setTraffic}
        />
        <Group grow align="end">
          <TextInput
            size="xs"
            label="… instead of"
            placeholder="gpt-4o"
            value={model}
            onChange={(event) => setModel(event.currentTarget.value)}
          />
          <TextInput
            size="xs"
            label="model …"
            placeholder="gpt-4o-mini"
            value={byModel}
            onChange={(event) => setByModel(event.currentTarget.value)}
          />
          <TextInput
            size="xs"
            label="of provider"
            placeholder="openai"
            value={byProvider}
            onChange={(event) => setByProvider(event.currentTarget.value)}
          />
        </Group>
        <Button size="xs" onClick={() => asked.mutate()} loading={asked.isPending}>
          Ask
        </Button>
        {asked.isError ? (
          <Alert color="yellow" role="alert">
            {asked.error.message}
          </Alert>
        ) : null}
        {answer ? (
          <>
            <Text size="sm">
              By the month’s end <b>{number(answer.changed.month.point, 'usd')}</b> instead of{' '}
              {number(answer.as_it_is.month.point, 'usd')}.
            </Text>
            <div style={{ height: 180 }}>
              <Canvas
                spec={FAN}
                filters={filters}
                label="Cost of the next 24 hours after the change"
                onSpot={() => undefined}
                data={{
                  ...NO_DATA,
                  fan: [
                    {
                      past: answer.as_it_is.hours.map((hour) => [Date.parse(hour.start), hour.point]),
                      ahead: answer.changed.hours.map(({ start, ...rest }) => ({ at: Date.parse(start), ...rest })),
                    },
                  ],
                }}
              />
            </div>
          </>
        ) : null}
      </Stack>
    </Paper>
  )
}
