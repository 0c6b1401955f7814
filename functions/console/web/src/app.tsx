import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { createHashRouter, RouterProvider } from 'react-router'
import { facts as fetchFacts } from './api/client'
import { begin, end, type Session, stored } from './auth/session'
import { SignIn } from './auth/sign-in'
import { HubContext } from './hub'
import { Shell } from './shell/shell'
import { Broken, Failed, Loading } from './ui/states'

const Board = lazy(() => import('./views/board-view'))
const Overview = lazy(() => import('./views/overview'))
const Anomalies = lazy(() => import('./views/anomalies'))
const Incidents = lazy(() => import('./views/incidents'))
const Incident = lazy(() => import('./views/incident'))
const Cost = lazy(() => import('./views/cost'))
const Forecasts = lazy(() => import('./views/forecasts'))
const Events = lazy(() => import('./views/events'))
const Rules = lazy(() => import('./views/rules'))
const Quality = lazy(() => import('./views/quality'))
const Keys = lazy(() => import('./views/keys'))
const Privacy = lazy(() => import('./views/privacy'))
const Settings = lazy(() => import('./views/settings'))
const Dashboards = lazy(() => import('./views/dashboards'))
const Dashboard = lazy(() => import('./views/dashboard'))
const Missing = lazy(() => import('./views/missing'))

const router = createHashRouter([
  {
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      { path: '/', element: <Overview /> },
      { path: '/models', element: <Board name="models" /> },
      { path: '/cost', element: <Cost /> },
      { path: '/budgets/:id?', element: <Cost /> },
      { path: '/security', element: <Board name="security" /> },
      { path: '/governance', element: <Board name="governance" /> },
      { path: '/anomalies/:id?', element: <Anomalies /> },
      { path: '/incidents', element: <Incidents /> },
      { path: '/incidents/:id', element: <Incident /> },
      { path: '/forecasts', element: <Forecasts /> },
      { path: '/events/:id?', element: <Events /> },
      { path: '/rules/:id?', element: <Rules /> },
      { path: '/quality', element: <Quality /> },
      { path: '/keys', element: <Keys /> },
      { path: '/privacy', element: <Privacy /> },
      { path: '/settings', element: <Settings /> },
      { path: '/dashboards', element: <Dashboards /> },
      { path: '/dashboards/:id', element: <Dashboard /> },
      { path: '/dashboards/shared/:token', element: <Dashboard /> },
      { path: '*', element: <Missing /> },
    ],
  },
])

export function App() {
  const client = useQueryClient()
  const facts = useQuery({ queryKey: ['facts'], queryFn: fetchFacts, staleTime: Number.POSITIVE_INFINITY })
  const [session, setSession] = useState<Session | null>(stored)
  const signOut = useCallback(() => {
    end()
    client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'facts' })
    setSession(null)
  }, [client])
  const hub = useMemo(() => {
    if (!facts.data || !session) return null
    begin(session, facts.data, signOut)
    return { facts: facts.data, signOut }
  }, [facts.data, session, signOut])
  if (facts.isError) return <Failed error={facts.error} again={() => void facts.refetch()} />
  if (!facts.data) return <Loading label="Loading the console" />
  if (!hub) return <SignIn facts={facts.data} onSession={setSession} />
  return (
    <HubContext value={hub}>
      <Suspense fallback={<Loading />}>
        <RouterProvider router={router} />
      </Suspense>
    </HubContext>
  )
}
