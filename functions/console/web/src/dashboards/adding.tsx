import {
  Accordion,
  Button,
  Group,
  MultiSelect,
  Select,
  Stack,
  Tabs,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core'
import { type FormEvent, useState } from 'react'
import type { Dimension } from '../api/types'
import { CATALOGUE } from '../charts/catalogue'
import type { ChartSpec, Kind, Topic } from '../charts/spec'
import { type Unit, words } from '../ui/format'
import type { Own, Widget } from './content'

type Chosen = Pick<Widget, 'chart' | 'own'>

export function Adding({ onChosen }: { onChosen: (what: Chosen) => void }) {
  return (
    <Tabs defaultValue="catalogue" keepMounted={false}>
      <Tabs.List mb="sm">
        <Tabs.Tab value="catalogue">Ready-made</Tabs.Tab>
        <Tabs.Tab value="own">Own formula</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="catalogue">
        <Catalogue onChosen={(spec) => onChosen({ chart: spec.id })} />
      </Tabs.Panel>
      <Tabs.Panel value="own">
        <Formula onChosen={(own) => onChosen({ own })} />
      </Tabs.Panel>
    </Tabs>
  )
}

const TOPICS: Record<Topic, string> = {
  traffic: 'Traffic',
  models: 'Models',
  cost: 'Cost',
  security: 'Security',
  governance: 'Governance',
  quality: 'Anomalies, incidents and data quality',
  forecasts: 'Forecasts',
}

function Catalogue({ onChosen }: { onChosen: (spec: ChartSpec) => void }) {
  const [sought, setSought] = useState('')
  const words_ = sought.toLowerCase()
  const found = CATALOGUE.filter((spec) => `${spec.title} ${spec.about} ${spec.kind}`.toLowerCase().includes(words_))
  const topics = (Object.keys(TOPICS) as Topic[]).filter((topic) => found.some((spec) => spec.topic === topic))
  return (
    <Stack gap="xs">
      <TextInput
        aria-label="Look for a chart"
        placeholder="Look for a chart"
        value={sought}
        onChange={(event) => setSought(event.currentTarget.value)}
        data-autofocus
      />
      <Accordion
        multiple
        {...(sought ? { value: topics } : {})}
        defaultValue={['traffic']}
        chevronPosition="left"
        variant="contained"
      >
        {topics.map((topic) => (
          <Accordion.Item key={topic} value={topic}>
            <Accordion.Control>{TOPICS[topic]}</Accordion.Control>
            <Accordion.Panel>
              {found
                .filter((spec) => spec.topic === topic)
                .map((spec) => (
                  <UnstyledButton key={spec.id} w="100%" py={6} onClick={() => onChosen(spec)} className="choice">
                    <Text size="sm" fw={500}>
                      {spec.title}{' '}
                      <Text span size="xs" c="dimmed">
                        {words(spec.kind.replaceAll('-', ' ')).toLowerCase()}
                      </Text>
                    </Text>
                    <Text size="xs" c="dimmed">
                      {spec.about}
                    </Text>
                  </UnstyledButton>
                ))}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </Stack>
  )
}

const KINDS: Kind[] = [
  'value',
  'line',
  'smooth',
  'step',
  'area',
  'stacked-area',
  'bars',
  'stacked-bars',
  'cumulative',
  'ranking',
  'donut',
  'rose',
  'treemap',
  'heatmap',
  'gauge',
  'pareto',
  'funnel',
  'table',
]
const UNITS: Unit[] = ['count', 'usd', 'ms', 'ratio', 'percent', 'score', 'requests/s', 'tokens/s']
const DIMENSIONS: Dimension[] = ['model', 'provider', 'team', 'source_module', 'environment']

function Formula({ onChosen }: { onChosen: (own: Own) => void }) {
  const [title, setTitle] = useState('')
  const [expression, setExpression] = useState('')
  const [by, setBy] = useState<string[]>([])
  const [kind, setKind] = useState<string>('line')
  const [unit, setUnit] = useState<string>('count')
  function submit(event: FormEvent) {
    event.preventDefault()
    onChosen({
      title,
      expression,
      by: DIMENSIONS.filter((each) => by.includes(each)),
      kind: kind as Kind,
      unit: unit as Unit,
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput label="Title" required value={title} onChange={(event) => setTitle(event.currentTarget.value)} />
        <TextInput
          label="Formula"
          required
          placeholder="sum(errors) / sum(requests)"
          description="sum, count, mean, min, max, median, p95, quantile(x, 0.9), rate of measures such as requests, errors, latency_ms, ttft_ms, input_tokens, output_tokens, computed_cost_usd, threats; numbers, + − × ÷ and coalesce(a, b)."
          value={expression}
          onChange={(event) => setExpression(event.currentTarget.value)}
        />
        <MultiSelect
          label="By"
          data={DIMENSIONS.map((value) => ({ value, label: words(value) }))}
          value={by}
          onChange={setBy}
          maxValues={2}
        />
        <Group grow>
          <Select
            label="Drawn as"
            data={KINDS.map((value) => ({ value, label: words(value.replaceAll('-', ' ')) }))}
            value={kind}
            onChange={(value) => setKind(value ?? 'line')}
            allowDeselect={false}
          />
          <Select
            label="Unit"
            data={UNITS}
            value={unit}
            onChange={(value) => setUnit(value ?? 'count')}
            allowDeselect={false}
          />
        </Group>
        <Button type="submit">Add</Button>
      </Stack>
    </form>
  )
}
