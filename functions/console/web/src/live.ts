/** News as they happen: a WebSocket where the deployment has one (docs/live.md), otherwise null, and the page polls. */

import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { change, ROOT } from './api/client'
import type { Anomaly } from './api/types'
import { arePushed } from './filters'

export interface OpenMinute {
  start: string
  at: string
  requests: number | null
  cost: number | null
  errors: number | null
  latency: number | null
}

export type LiveState = 'connecting' | 'live' | 'polling'

interface Summed {
  count: number
  sum: number
  p95: number
}

interface Message {
  type: string
  sequence?: number
  window?: string
  at?: string
  series?: Record<string, Summed[]>
  anomaly?: Anomaly
}

const MEASURES = { requests: 'requests', cost: 'computed_cost_usd', errors: 'errors', latency: 'latency_ms' } as const
const PING_MILLISECONDS = 50_000
const CALM_MILLISECONDS = 2_000
const LONGEST_WAIT_MILLISECONDS = 30_000

/** While it is wanted. A window that closes has the shown charts read anew; the open minute is told every few seconds. */
export function useLive(isWanted: boolean): { state: LiveState; minute: OpenMinute | null } {
  const client = useQueryClient()
  const [state, setState] = useState<LiveState>('connecting')
  const [minute, setMinute] = useState<OpenMinute | null>(null)
  useEffect(() => {
    if (!isWanted) return
    let isOver = false
    let socket: WebSocket | null = null
    let last = 0
    let failures = 0
    let calm: ReturnType<typeof setTimeout> | undefined
    let later: ReturnType<typeof setTimeout> | undefined
    const pings = setInterval(() => say({ action: 'ping' }), PING_MILLISECONDS)

    function say(message: object): void {
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message))
    }

    function readAnew(...keys: string[]): void {
      calm ??= setTimeout(() => {
        calm = undefined
        for (const key of ['query', ...keys]) void client.invalidateQueries({ queryKey: [key] })
      }, CALM_MILLISECONDS)
    }

    /** Numbers come one after another: what is not greater is known, and what leaves a gap is asked for again. */
    function isNext({ type, sequence }: Message): boolean {
      if (sequence === undefined) return true
      if (type === 'reload' || (type === 'subscribed' && last === 0)) {
        last = sequence
        return true
      }
      const isNumbered = type === 'window' || type === 'anomaly' || type === 'incident'
      if (sequence > (isNumbered ? last + 1 : last)) {
        say({ action: 'resume', after: last })
        return false
      }
      if (!isNumbered || sequence <= last) return false
      last = sequence
      return true
    }

    function hear(message: Message): void {
      if (!isNext(message)) return
      if (message.type === 'provisional') setMinute(openMinute(message))
      if (message.type === 'window') readAnew()
      if (message.type === 'reload') readAnew('anomalies', 'incidents')
      if (message.type === 'anomaly' || message.type === 'incident') {
        void client.invalidateQueries({ queryKey: [message.type === 'anomaly' ? 'anomalies' : 'incidents'] })
      }
    }

    function begin(): void {
      failures = 0
      arePushed(true)
      setState('live')
      for (const [id, measure] of Object.entries(MEASURES)) {
        say({ action: 'subscribe', id, measure, group_by: [], resolution: '1m', provisional: true })
      }
      say({ action: 'subscribe', id: 'anomalies', topic: 'anomalies' })
      say({ action: 'subscribe', id: 'incidents', topic: 'incidents' })
      if (last) say({ action: 'resume', after: last })
    }

    function again(): void {
      if (isOver) return
      arePushed(false)
      setState('connecting')
      failures += 1
      later = setTimeout(() => void connect(), Math.min(LONGEST_WAIT_MILLISECONDS, 500 * 2 ** failures))
    }

    async function connect(): Promise<void> {
      try {
        const { url, ticket } = await change<{ url: string | null; ticket: string | null }>('POST', 'v1/live', {})
        if (isOver) return
        if (!url || !ticket) {
          setState('polling')
          return
        }
        socket = new WebSocket(`${address(url)}?ticket=${encodeURIComponent(ticket)}`)
        socket.addEventListener('open', begin)
        socket.addEventListener('message', ({ data }) => hear(JSON.parse(String(data)) as Message))
        socket.addEventListener('close', again)
      } catch {
        again()
      }
    }

    void connect()
    return () => {
      isOver = true
      clearInterval(pings)
      clearTimeout(calm)
      clearTimeout(later)
      socket?.close()
      arePushed(false)
      setState('connecting')
      setMinute(null)
    }
  }, [isWanted, client])
  return { state, minute }
}

function address(url: string): string {
  if (!url.startsWith('/')) return url
  return `${ROOT.protocol === 'https:' ? 'wss' : 'ws'}://${ROOT.host}${url}`
}

function openMinute({ window = '', at = '', series = {} }: Message): OpenMinute {
  const one = (id: keyof typeof MEASURES) => series[id]?.[0]
  return {
    start: window,
    at,
    requests: one('requests')?.sum ?? null,
    cost: one('cost')?.sum ?? null,
    errors: one('errors')?.sum ?? null,
    latency: one('latency')?.p95 ?? null,
  }
}
