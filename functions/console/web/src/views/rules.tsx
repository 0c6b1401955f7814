import { Badge, Button, Group, Modal, Stack, Switch, Table, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useMay } from '../api/queries'
import { useRuleChange, useRules } from '../api/rules'
import type { Condition, Operand, Rule } from '../api/types'
import { number, words } from '../ui/format'
import { Mark, Where } from '../ui/marks'
import { Part } from '../ui/part'
import { Empty, Failed, Loading } from '../ui/states'
import { MaintenanceWindows } from './maintenance'
import { RuleForm } from './rule-form'

export default function Rules() {
  return (
    <Stack>
      <AlertRules />
      <MaintenanceWindows />
    </Stack>
  )
}

function AlertRules() {
  const { data: rules, error, isPending, refetch } = useRules()
  const [edited, setEdited] = useState<Rule | 'new' | null>(null)
  const may = useMay('metrics:write')
  const add = (
    <Button size="compact-sm" variant="light" leftSection={<IconPlus size={14} />} onClick={() => setEdited('new')}>
      New rule
    </Button>
  )
  return (
    <Part title="Rules" action={may ? add : null}>
      <Text size="sm" c="dimmed" mb="sm">
        The hub learns what is usual of every series and tells by itself what is not. A rule says more: a bound that
        always alerts, or how unusual something must be.
      </Text>
      {error ? <Failed error={error} again={() => void refetch()} /> : null}
      {isPending ? <Loading label="Loading rules" /> : null}
      {rules?.length === 0 ? <Empty title="No rules yet">What is learned alerts all the same.</Empty> : null}
      {rules?.length ? <List rules={rules} onEdit={may ? setEdited : undefined} /> : null}
      <Modal
        opened={edited !== null}
        onClose={() => setEdited(null)}
        size="lg"
        title={edited === 'new' ? 'New rule' : 'Rule'}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {edited ? <RuleForm rule={edited === 'new' ? null : edited} onDone={() => setEdited(null)} /> : null}
      </Modal>
    </Part>
  )
}

interface ListProps {
  rules: readonly Rule[]
  onEdit: ((rule: Rule) => void) | undefined
}

function List({ rules, onEdit }: ListProps) {
  const { id } = useParams()
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table fz="sm" verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Rule</Table.Th>
            <Table.Th>Alerts when</Table.Th>
            <Table.Th>Where</Table.Th>
            <Table.Th>Severity</Table.Th>
            <Table.Th>On</Table.Th>
            <Table.Th>
              <span className="visually-hidden">Change</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rules.map((rule) => (
            <Table.Tr key={rule.id} aria-current={rule.id === id || undefined} fw={rule.id === id ? 650 : undefined}>
              <Table.Td fw={500}>{rule.name}</Table.Td>
              <Table.Td>{whatItSays(rule)}</Table.Td>
              <Table.Td>
                <Group gap={4}>
                  <Badge size="sm" variant="outline" color="gray" tt="none" fw={500}>
                    {rule.grouping === 'total' ? 'in total' : `each ${rule.grouping.replaceAll('_', ' ')}`}
                  </Badge>
                  {Object.keys(rule.where).length ? <Where dimensions={rule.where} /> : null}
                </Group>
              </Table.Td>
              <Table.Td>{rule.threshold === null ? <Mark of={rule.severity} /> : 'as it deviates'}</Table.Td>
              <Table.Td>
                <OnOff rule={rule} may={onEdit !== undefined} />
              </Table.Td>
              <Table.Td ta="right">
                {onEdit ? (
                  <Button
                    size="compact-xs"
                    variant="default"
                    aria-label={`Change ${rule.name}`}
                    onClick={() => onEdit(rule)}
                  >
                    Change
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

function OnOff({ rule: { id, ...rule }, may }: { rule: Rule; may: boolean }) {
  const change = useRuleChange()
  return (
    <Switch
      size="sm"
      aria-label={`${rule.name} is on`}
      checked={rule.enabled}
      disabled={!may || change.isPending}
      onChange={(event) =>
        change.mutate(
          { id, rule: inputOf({ ...rule, enabled: event.currentTarget.checked }) },
          { onError: (error) => notifications.show({ message: error.message, color: 'red' }) },
        )
      }
    />
  )
}

/** What the hub takes of what it tells: it also tells whose the rule is. */
function inputOf({ tenant: _, ...rule }: Omit<Rule, 'id'> & { tenant?: string }): Omit<Rule, 'id'> {
  return rule
}

const SIGNS: Record<string, string> = {
  greater_than: '>',
  greater_or_equal: '≥',
  less_than: '<',
  less_or_equal: '≤',
  equal: '=',
}

function whatItSays(rule: Rule): string {
  if (rule.threshold !== null)
    return `${rule.measure ? words(rule.measure) : 'anything'} deviates with a score of ${number(rule.threshold, 'score')} or more`
  const said = rule.conditions.map(condition).join(rule.match === 'any' ? ' or ' : ' and ')
  return rule.hold_minutes ? `${said}, for ${rule.hold_minutes} min` : said
}

function condition({ value, divided_by, operator, bound }: Condition): string {
  const share = divided_by ? ` ÷ ${operand(divided_by)}` : ''
  return `${operand(value)}${share} ${SIGNS[operator] ?? operator} ${bound.toLocaleString('en')}`
}

function operand({ measure, statistic }: Operand): string {
  return `${statistic}(${measure})`
}
