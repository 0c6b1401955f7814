import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { change, get } from './client'
import type { Dashboard, DashboardEntry } from './types'

export interface DashboardInput {
  name: string
  description: string
  visibility: 'private' | 'tenant'
  tags: string[]
  content: unknown
  edition?: number
}

export function useDashboards() {
  return useQuery({
    queryKey: ['dashboards'],
    queryFn: ({ signal }) => get<{ dashboards: DashboardEntry[] }>('v1/dashboards', {}, signal),
    select: (answer) => answer.dashboards,
  })
}

export function useDashboard(id: string | null, token: string | null) {
  const path = token
    ? `v1/dashboards/shared/${encodeURIComponent(token)}`
    : `v1/dashboards/${encodeURIComponent(id ?? '')}`
  return useQuery({
    queryKey: ['dashboard', path],
    queryFn: ({ signal }) => get<Dashboard>(path, {}, signal),
    enabled: id !== null || token !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function useKeeping() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, dashboard }: { id: string | null; dashboard: DashboardInput }) =>
      id
        ? change<Dashboard>('PUT', `v1/dashboards/${encodeURIComponent(id)}`, dashboard)
        : change<Dashboard>('POST', 'v1/dashboards', dashboard),
    onSuccess: async (kept) => {
      client.setQueryData(['dashboard', `v1/dashboards/${encodeURIComponent(kept.id)}`], kept)
      await client.invalidateQueries({ queryKey: ['dashboards'] })
    },
  })
}

export function useDeletion() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => change<null>('DELETE', `v1/dashboards/${encodeURIComponent(id)}`),
    onSuccess: () => client.invalidateQueries({ queryKey: ['dashboards'] }),
  })
}

export function useSharing() {
  return useMutation({
    mutationFn: (id: string) =>
      change<{ token: string; expires_at: string }>('POST', `v1/dashboards/${encodeURIComponent(id)}/share`, {
        valid_days: 30,
      }),
  })
}
