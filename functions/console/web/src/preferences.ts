/** What somebody prefers, kept by the hub: it is the same in every browser. */

import { useMantineColorScheme } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { change, get } from './api/client'
import type { Preferences } from './api/types'
import { RANGES, type RangeName, useFilters } from './filters'

const KEY = ['preferences']

export function usePreferences() {
  const client = useQueryClient()
  const { data } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => get<Preferences>('v1/preferences', {}, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
  const keep = useMutation({
    mutationFn: (changed: Preferences['content']) =>
      change<Preferences>('PUT', 'v1/preferences', { content: { ...data?.content, ...changed } }),
    onSuccess: (kept) => client.setQueryData(KEY, kept),
  })
  return { content: data?.content, keep }
}

/** Once, when the page has been opened: an address that says which range it shows is left as it is. */
export function usePreferred(): void {
  const { content } = usePreferences()
  const { setColorScheme } = useMantineColorScheme()
  const [{ isPlain }, setFilters] = useFilters()
  const isDone = useRef(false)
  useEffect(() => {
    if (!content || isDone.current) return
    isDone.current = true
    if (content.colours) setColorScheme(content.colours)
    const name = preferredRange(content)
    if (name && isPlain) setFilters({ range: { kind: 'last', name } })
  }, [content, isPlain, setColorScheme, setFilters])
}

export function preferredRange({ range }: Preferences['content']): RangeName | undefined {
  return RANGES.find((name) => name === range)
}
