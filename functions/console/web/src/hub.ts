import { createContext, useContext } from 'react'
import type { Facts } from './api/types'

export interface Hub {
  facts: Facts
  signOut: () => void
}

export const HubContext = createContext<Hub | null>(null)

export function useHub(): Hub {
  const hub = useContext(HubContext)
  if (!hub) throw new Error('useHub is for what is shown to somebody who has signed in.')
  return hub
}
