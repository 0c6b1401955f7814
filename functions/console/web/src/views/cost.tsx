import {
  ActionIcon,
  Badge,
  Button,
  Group,
  Modal,
  NumberInput,
  Paper,
  Progress,
  Select,
  SimpleGrid,
  Slider,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPencil, IconPlus, IconTrash } from '@tabler/icons-react'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useParams } from 'react-router'
import { useBudgetChange, useBudgets, useKnown, useMay } from '../api/queries'
import type { Budget, BudgetInput } from '../api/types'
import { useFilters } from '../filters'
import { number, onDay, words } from '../ui/format'
import { Empty, Failed, Loading } from '../ui/states'
import { Board } from './board'
import { BOARDS } from './boards'

export default function Cost() {
  const [filters] = useFilters()
  return (
    <>
      <Budgets />
      <Board board={BOARDS.cost} filters={filters} />
    </>
  )
}

function Budgets() {
  const { data: budgets, error, isPending, refetch } = useBudgets()
  const [edited, setEdited] = useState<Budget | 'new' | null>(null)
  const may = useMay('metrics:write')
  return (
    <Paper component="section" withBorder p="sm" mb="md" aria-label="Budgets">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="sm">
          Budgets
        </Title>
        {may ? (
          <Button
            size="compact-sm"
            variant="light"
            leftSection={<IconPlus size={14} />}
            onClick={() => setEdited('new')}
          >
            New budget
          </Button>
        ) : null}
      </Group>
      {error ? <Failed error={error} again={() => void refetch()} /> : null}
      {isPending ? <Loading label="Loading budgets" /> : null}
      {budgets?.length === 0 ? (
        <Empty title="No budgets yet">
          A budget tells how likely it will be exceeded, when, and by whom, before it happens.
        </Empty>
      ) : null}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3, xl: 4 }} spacing="sm">
        {budgets?.map((budget) => (
          <Standing key={budget.id} budget={budget} onEdit={may ? () => setEdited(budget) : undefined} />
        ))}
      </SimpleGrid>
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        title={edited === 'new' ? 'New budget' : 'Budget'}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {edited ? <Form budget={edited === 'new' ? null : edited} onDone={() => setEdited(null)} /> : null}
      </Modal>
    </Paper>
  )
}

function Standing({ budget, onEdit }: { budget: Budget; onEdit: (() => void) | undefined }) {
  const { id } = useParams()
  const card = useRef<HTMLDivElement>(null)
  const isMeant = id === budget.id
  useEffect(() => {
    if (isMeant) card.current?.scrollIntoView({ block: 'center' })
  }, [isMeant])
  const { standing } = budget
  const spent = ((standing?.spent_usd ?? 0) / budget.amount_usd) * 100
  const ahead = Math.max(0, ((standing?.forecast_usd ?? 0) / budget.amount_usd) * 100 - spent)
  const colour = standing?.is_exceeded ? 'red' : standing?.is_at_risk ? 'orange' : 'teal'
  const scope = [budget.team, budget.model, budget.provider].filter(Boolean).join(' · ') || 'whole tenant'
  return (
    <Paper
      ref={card}
      withBorder
      p="sm"
      style={isMeant ? { outline: '2px solid var(--mantine-primary-color-filled)' } : undefined}
    >
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Text fw={600} size="sm" truncate>
          {budget.name}
        </Text>
        <Group gap={4} wrap="nowrap">
          <Badge size="sm" variant="light" color={standing ? colour : 'gray'} tt="none">
            {!standing
              ? 'within the hour'
              : standing.is_exceeded
                ? 'exceeded'
                : standing.is_at_risk
                  ? 'at risk'
                  : 'on track'}
          </Badge>
          {onEdit ? (
            <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`Change ${budget.name}`} onClick={onEdit}>
              <IconPencil size={14} />
            </ActionIcon>
          ) : null}
        </Group>
      </Group>
      <Text size="xs" c="dimmed">
        {scope}, each {budget.period}
      </Text>
      <Text size="lg" fw={600} className="number">
        {number(standing?.spent_usd ?? null, 'usd')}{' '}
        <Text span size="sm" c="dimmed">
          of {number(budget.amount_usd, 'usd')}
        </Text>
      </Text>
      <Progress.Root size="md" my={6}>
        <Progress.Section value={Math.min(100, spent)} color={colour} aria-label="Spent" />
        <Progress.Section
          value={Math.min(Math.max(0, 100 - spent), ahead)}
          color={colour}
          opacity={0.35}
          aria-label="Expected"
        />
      </Progress.Root>
      {standing ? (
        <Text size="xs" c="dimmed">
          {standing.forecast_usd === null
            ? 'Too little history for a forecast. '
            : `${number(standing.forecast_usd, 'usd')} expected (${number(standing.lower_usd, 'usd')} to ${number(standing.upper_usd, 'usd')}). `}
          {standing.breach_probability === null ? '' : `Breach: ${number(standing.breach_probability, 'ratio')}`}
          {standing.breach_day ? `, around ${onDay(standing.breach_day)}` : ''}
          {standing.driver ? `; driven by ${standing.driver.dimension} ${standing.driver.value ?? '(none)'}` : ''}
        </Text>
      ) : (
        <Text size="xs" c="dimmed">
          It is looked at once an hour.
        </Text>
      )}
    </Paper>
  )
}

const PERIODS = ['day', 'week', 'month', 'quarter'] as const

function Form({ budget, onDone }: { budget: Budget | null; onDone: () => void }) {
  const [filters] = useFilters()
  const change = useBudgetChange()
  const [name, setName] = useState(budget?.name ?? '')
  const [amount, setAmount] = useState<number | string>(budget?.amount_usd ?? 1000)
  const [period, setPeriod] = useState<string>(budget?.period ?? 'month')
  const [team, setTeam] = useState<string | null>(budget?.team ?? null)
  const [model, setModel] = useState<string | null>(budget?.model ?? null)
  const [threshold, setThreshold] = useState((budget?.threshold ?? 0.5) * 100)
  const send = (changed: BudgetInput | null) =>
    change.mutate(budget ? { id: budget.id, budget: changed } : { budget: changed }, {
      onSuccess: () => {
        notifications.show({ message: changed ? 'The budget is kept.' : 'The budget is gone.', color: 'teal' })
        onDone()
      },
    })
  function submit(event: FormEvent) {
    event.preventDefault()
    send({
      name,
      amount_usd: Number(amount),
      period: PERIODS.find((each) => each === period) ?? 'month',
      team,
      model,
      provider: budget?.provider ?? null,
      measure: budget?.measure ?? 'computed_cost_usd',
      threshold: threshold / 100,
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Group grow>
          <NumberInput
            label="Amount (USD)"
            required
            min={0.01}
            decimalScale={2}
            thousandSeparator=","
            value={amount}
            onChange={setAmount}
          />
          <Select
            label="Each"
            data={[...PERIODS]}
            value={period}
            onChange={(value) => setPeriod(value ?? 'month')}
            allowDeselect={false}
          />
        </Group>
        <Group grow>
          <Named label="Team" dimension="team" value={team} onChange={setTeam} range={filters.range} />
          <Named label="Model" dimension="model" value={model} onChange={setModel} range={filters.range} />
        </Group>
        <div>
          <Text size="sm" fw={500} mb={4}>
            At risk from a probability of {threshold} %
          </Text>
          <Slider
            min={25}
            max={99}
            value={threshold}
            onChange={setThreshold}
            label={(value) => `${value} %`}
            thumbLabel="Probability"
          />
        </div>
        {change.isError ? (
          <Text size="sm" c="red" role="alert">
            {change.error.message}
          </Text>
        ) : null}
        <Group justify="space-between">
          {budget ? (
            <Button variant="subtle" color="red" leftSection={<IconTrash size={14} />} onClick={() => send(null)}>
              Delete
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" loading={change.isPending}>
            Keep
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface NamedProps {
  label: string
  dimension: 'team' | 'model'
  value: string | null
  onChange: (value: string | null) => void
  range: ReturnType<typeof useFilters>[0]['range']
}

function Named({ label, dimension, value, onChange, range }: NamedProps) {
  const { data } = useKnown(range, dimension)
  const names = (data ?? []).map((each) => each.dimensions[dimension]).filter((name) => typeof name === 'string')
  return (
    <Select
      label={label}
      placeholder={`any ${words(label).toLowerCase()}`}
      clearable
      searchable
      data={[...new Set([...names, ...(value ? [value] : [])])]}
      value={value}
      onChange={onChange}
    />
  )
}
