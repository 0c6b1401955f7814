import { signWith } from '../api/client'
import type { Facts } from '../api/types'

const KEY = 'hub.session'

interface ByKey {
  kind: 'key'
  key: string
}

interface ByToken {
  kind: 'token'
  issuer: string
  accessToken: string
  refreshToken: string | null
  idToken: string | null
  expiresAt: number
}

export type Session = ByKey | ByToken

/** The tab forgets a session when it is closed; no other tab and no server sees it. */
export function stored(): Session | null {
  const text = sessionStorage.getItem(KEY)
  return text ? (JSON.parse(text) as Session) : null
}

export function begin(session: Session, facts: Facts, onEnd: () => void): void {
  sessionStorage.setItem(KEY, JSON.stringify(session))
  let current = session
  signWith({
    async headers() {
      if (current.kind === 'token' && current.expiresAt < Date.now() + 30_000 && current.refreshToken) {
        const { renewed } = await import('./oidc')
        current = await renewed(current, facts)
        sessionStorage.setItem(KEY, JSON.stringify(current))
      }
      return current.kind === 'key' ? { 'X-API-Key': current.key } : { Authorization: `Bearer ${current.accessToken}` }
    },
    onRefused() {
      end()
      onEnd()
    },
  })
}

export function end(): void {
  sessionStorage.removeItem(KEY)
  signWith(null)
}
