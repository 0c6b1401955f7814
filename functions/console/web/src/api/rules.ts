/** What a tenant says of its alerts: rules, and times in which nobody is told. */

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { change, get } from './client'
import { again } from './queries'
import type { Maintenance, MaintenanceInput, Rule, RuleInput } from './types'

export function useRules() {
  return useQuery({
    queryKey: ['rules'],
    queryFn: ({ signal }) => get<{ rules: Rule[] }>('v1/rules', {}, signal),
    select: (answer) => answer.rules,
  })
}

/** A new rule, another in the place of one, or (null) none in its place. */
export function useRuleChange() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, rule }: { id?: string | undefined; rule: RuleInput | null }) => {
      if (!rule) return change<null>('DELETE', `v1/rules/${id}`)
      return id ? change<Rule>('PUT', `v1/rules/${id}`, rule) : change<Rule>('POST', 'v1/rules', rule)
    },
    onSuccess: () => again(client, 'rules'),
  })
}

export function useMaintenance() {
  return useQuery({
    queryKey: ['maintenance'],
    queryFn: ({ signal }) => get<{ maintenance: Maintenance[] }>('v1/maintenance', {}, signal),
    select: (answer) => answer.maintenance,
  })
}

export function useMaintenanceChange() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (changed: MaintenanceInput | { id: string }) =>
      'id' in changed
        ? change<null>('DELETE', `v1/maintenance/${changed.id}`)
        : change<Maintenance>('POST', 'v1/maintenance', changed),
    onSuccess: () => again(client, 'maintenance'),
  })
}
