import {
  ActionIcon,
  Alert,
  Autocomplete,
  Button,
  Fieldset,
  Group,
  NumberInput,
  SegmentedControl,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import { type FormEvent, useState } from 'react'
import { useGroupings, useKnown } from '../api/queries'
import { useRuleChange } from '../api/rules'
import type { Condition, Rule, RuleInput, Severity } from '../api/types'
import { words } from '../ui/format'
import { WhereInput } from './where-input'

const STATISTICS = ['count', 'sum', 'mean', 'min', 'max', 'p50', 'p95', 'p99']
const OPERATORS = [
  { value: 'greater_than', label: 'is above' },
  { value: 'greater_or_equal', label: 'is at least' },
  { value: 'less_than', label: 'is below' },
  { value: 'less_or_equal', label: 'is at most' },
  { value: 'equal', label: 'is' },
]
const SEVERITIES: Severity[] = ['low', 'medium', 'high', 'critical']
const MOST_CONDITIONS = 10
const USUAL_THRESHOLD = 5
const FIRST: Condition = {
  value: { measure: 'latency_ms', statistic: 'p95' },
  operator: 'greater_than',
  bound: 5000,
}
const NEW: RuleInput = {
  name: '',
  grouping: 'total',
  where: {},
  conditions: [FIRST],
  match: 'all',
  hold_minutes: 0,
  severity: 'medium',
  measure: null,
  threshold: null,
  enabled: true,
}

function inputOf(rule: Rule | null): RuleInput {
  if (!rule) return NEW
  const { name, grouping, where, conditions, match, hold_minutes, severity, measure, threshold, enabled } = rule
  return { name, grouping, where, conditions, match, hold_minutes, severity, measure, threshold, enabled }
}

export function RuleForm({ rule, onDone }: { rule: Rule | null; onDone: () => void }) {
  const change = useRuleChange()
  const groupings = useGroupings()
  const [draft, setDraft] = useState(() => inputOf(rule))
  const set = (changed: Partial<RuleInput>) => setDraft((old) => ({ ...old, ...changed }))
  const isLearned = draft.threshold !== null
  const send = (wanted: RuleInput | null) =>
    change.mutate(
      { id: rule?.id, rule: wanted },
      {
        onSuccess: () => {
          notifications.show({ message: wanted ? 'The rule is kept.' : 'The rule is gone.', color: 'teal' })
          onDone()
        },
      },
    )
  function submit(event: FormEvent) {
    event.preventDefault()
    send(draft)
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label="Name"
          required
          maxLength={120}
          value={draft.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          data-autofocus
        />
        <SegmentedControl
          aria-label="Kind of rule"
          value={isLearned ? 'learned' : 'bound'}
          onChange={(kind) =>
            set(
              kind === 'learned'
                ? { threshold: USUAL_THRESHOLD, conditions: [] }
                : { threshold: null, measure: null, conditions: [FIRST] },
            )
          }
          data={[
            { value: 'bound', label: 'A bound of its own' },
            { value: 'learned', label: 'How unusual it must be' },
          ]}
        />
        {isLearned ? <Threshold draft={draft} set={set} /> : <Conditions draft={draft} set={set} />}
        <Select
          label="Looks at"
          data={groupings.map((grouping) => ({
            value: grouping.join('+') || 'total',
            label: grouping.length
              ? `each ${grouping.map((name) => words(name).toLowerCase()).join(' and ')}`
              : 'the total',
          }))}
          value={draft.grouping}
          onChange={(grouping) => set({ grouping: grouping ?? 'total', where: {} })}
          allowDeselect={false}
        />
        <WhereInput
          dimensions={draft.grouping === 'total' ? [] : draft.grouping.split('+')}
          value={draft.where}
          onChange={(where) => set({ where })}
        />
        <Switch
          label="It is on"
          checked={draft.enabled}
          onChange={(event) => set({ enabled: event.currentTarget.checked })}
        />
        {change.isError ? (
          <Alert color="red" role="alert" p="xs">
            {change.error.message}
          </Alert>
        ) : null}
        <Group justify="space-between">
          {rule ? (
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

interface PartProps {
  draft: RuleInput
  set: (changed: Partial<RuleInput>) => void
}

function Threshold({ draft, set }: PartProps) {
  return (
    <Group grow align="start">
      <Measure
        label="Measure"
        placeholder="any"
        value={draft.measure ?? ''}
        onChange={(measure) => set({ measure: measure || null })}
      />
      <NumberInput
        label="Alerts from a score of"
        description="5: one such value in 100,000 usual ones"
        inputWrapperOrder={['label', 'input', 'description']}
        required
        min={1}
        max={100}
        value={draft.threshold ?? USUAL_THRESHOLD}
        onChange={(value) => set({ threshold: Number(value) })}
      />
    </Group>
  )
}

function Conditions({ draft, set }: PartProps) {
  const { conditions } = draft
  const put = (place: number, condition: Condition | null) =>
    set({ conditions: conditions.flatMap((old, each) => (each === place ? (condition ?? []) : old)) })
  return (
    <>
      {conditions.map((condition, place) => (
        <OneCondition
          // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no other name than their place
          key={place}
          name={`Condition ${place + 1}`}
          condition={condition}
          onChange={(changed) => put(place, changed)}
          onRemove={conditions.length > 1 ? () => put(place, null) : undefined}
        />
      ))}
      <Group justify="space-between">
        <Button
          size="compact-sm"
          variant="subtle"
          leftSection={<IconPlus size={14} />}
          disabled={conditions.length >= MOST_CONDITIONS}
          onClick={() => set({ conditions: [...conditions, FIRST] })}
        >
          Another condition
        </Button>
        {conditions.length > 1 ? (
          <SegmentedControl
            size="xs"
            aria-label="How many of them must hold"
            value={draft.match}
            onChange={(match) => set({ match: match === 'any' ? 'any' : 'all' })}
            data={[
              { value: 'all', label: 'All must hold' },
              { value: 'any', label: 'Any is enough' },
            ]}
          />
        ) : null}
      </Group>
      <Group grow>
        <NumberInput
          label="For how long (minutes)"
          min={0}
          max={1440}
          value={draft.hold_minutes}
          onChange={(value) => set({ hold_minutes: Number(value) || 0 })}
        />
        <Select
          label="Severity"
          data={SEVERITIES.map((value) => ({ value, label: words(value) }))}
          value={draft.severity}
          onChange={(severity) => set({ severity: SEVERITIES.find((each) => each === severity) ?? 'medium' })}
          allowDeselect={false}
        />
      </Group>
    </>
  )
}

interface ConditionProps {
  name: string
  condition: Condition
  onChange: (condition: Condition) => void
  onRemove: (() => void) | undefined
}

function OneCondition({ name, condition, onChange, onRemove }: ConditionProps) {
  const { value, divided_by: divisor } = condition
  return (
    <Fieldset p="xs" legend={name}>
      <Group align="end" gap="xs">
        <Statistic
          value={value.statistic}
          onChange={(statistic) => onChange({ ...condition, value: { ...value, statistic } })}
        />
        <Measure
          label="of"
          value={value.measure}
          onChange={(measure) => onChange({ ...condition, value: { ...value, measure } })}
        />
        <Select
          label="when it"
          w={120}
          data={OPERATORS}
          value={condition.operator}
          onChange={(operator) => onChange({ ...condition, operator: operator ?? 'greater_than' })}
          allowDeselect={false}
        />
        <NumberInput
          label="bound"
          w={110}
          required
          value={condition.bound}
          onChange={(bound) => onChange({ ...condition, bound: Number(bound) })}
        />
        {onRemove ? (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`Take ${name.toLowerCase()} away`}
            onClick={onRemove}
          >
            <IconTrash size={16} />
          </ActionIcon>
        ) : null}
      </Group>
      {divisor ? (
        <Group align="end" gap="xs" mt="xs">
          <Text size="sm" pb={8}>
            divided by
          </Text>
          <Statistic
            value={divisor.statistic}
            onChange={(statistic) => onChange({ ...condition, divided_by: { ...divisor, statistic } })}
          />
          <Measure
            label="of"
            value={divisor.measure}
            onChange={(measure) => onChange({ ...condition, divided_by: { ...divisor, measure } })}
          />
          <Button
            size="compact-sm"
            variant="subtle"
            mb={6}
            onClick={() => onChange({ ...condition, divided_by: null })}
          >
            Not divided
          </Button>
        </Group>
      ) : (
        <Button
          mt="xs"
          size="compact-xs"
          variant="subtle"
          onClick={() => onChange({ ...condition, divided_by: { measure: 'requests', statistic: 'count' } })}
        >
          Divide it by another value
        </Button>
      )}
    </Fieldset>
  )
}

function Statistic({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <Select
      label="The"
      w={100}
      data={STATISTICS}
      value={value}
      onChange={(chosen) => onChange(chosen ?? 'sum')}
      allowDeselect={false}
    />
  )
}

interface MeasureProps {
  label: string
  placeholder?: string
  value: string
  onChange: (value: string) => void
}

/** Those of which something was observed today are offered; any other may be named. */
function Measure({ label, placeholder, value, onChange }: MeasureProps) {
  const { data } = useKnown({ kind: 'last', name: '24h' }, '')
  const known = [...new Set((data ?? []).flatMap((each) => each.measures))].sort()
  return (
    <Autocomplete
      label={label}
      w={190}
      required={!placeholder}
      placeholder={placeholder ?? 'measure'}
      maxLength={80}
      data={known}
      value={value}
      onChange={onChange}
    />
  )
}
