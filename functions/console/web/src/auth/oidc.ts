/** OpenID Connect, code flow with PKCE: https://datatracker.ietf.org/doc/html/rfc7636 */

import * as oauth from 'oauth4webapi'
import { ROOT } from '../api/client'
import type { Facts } from '../api/types'
import type { Session } from './session'

const PENDING = 'hub.sign-in'
const LOOPBACK = ['127.0.0.1', 'localhost']
const SCOPES = 'openid profile email roles offline_access'

type Issuer = Facts['sign_in'][number]
type TokenSession = Extract<Session, { kind: 'token' }>

interface Pending {
  issuer: string
  verifier: string
  state: string
  nonce: string
}

export async function leaveFor(issuer: Issuer): Promise<void> {
  const server = await discovered(issuer)
  const pending: Pending = {
    issuer: issuer.issuer,
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  }
  sessionStorage.setItem(PENDING, JSON.stringify(pending))
  const url = new URL(required(server.authorization_endpoint))
  url.search = new URLSearchParams({
    client_id: issuer.client_id,
    redirect_uri: ROOT.href,
    response_type: 'code',
    scope: SCOPES,
    audience: issuer.audience,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: 'S256',
    state: pending.state,
    nonce: pending.nonce,
  }).toString()
  location.assign(url)
}

/** The session of somebody who has just come back from the issuer; null for everybody else. */
export async function returned(facts: Facts): Promise<Session | null> {
  const here = new URL(location.href)
  const text = sessionStorage.getItem(PENDING)
  if (!here.searchParams.has('state') || !text) return null
  sessionStorage.removeItem(PENDING)
  const pending = JSON.parse(text) as Pending
  const issuer = known(facts, pending.issuer)
  const server = await discovered(issuer)
  const client: oauth.Client = { client_id: issuer.client_id }
  const answered = oauth.validateAuthResponse(server, client, here, pending.state)
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    answered,
    ROOT.href,
    pending.verifier,
    over(server),
  )
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: pending.nonce,
    requireIdToken: true,
  })
  history.replaceState(null, '', `${here.pathname}${here.hash}`)
  return sessionOf(issuer, tokens, null)
}

export async function renewed(session: TokenSession, facts: Facts): Promise<TokenSession> {
  const issuer = known(facts, session.issuer)
  const server = await discovered(issuer)
  const client: oauth.Client = { client_id: issuer.client_id }
  const response = await oauth.refreshTokenGrantRequest(
    server,
    client,
    oauth.None(),
    session.refreshToken ?? '',
    over(server),
  )
  return sessionOf(issuer, await oauth.processRefreshTokenResponse(server, client, response), session.refreshToken)
}

function sessionOf(issuer: Issuer, tokens: oauth.TokenEndpointResponse, refresh: string | null): TokenSession {
  return {
    kind: 'token',
    issuer: issuer.issuer,
    accessToken: tokens.access_token,
    refreshToken: tokens.refresh_token ?? refresh,
    idToken: tokens.id_token ?? null,
    expiresAt: Date.now() + (tokens.expires_in ?? 300) * 1000,
  }
}

async function discovered(issuer: Issuer): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer.issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, over(issuer)))
}

/** Plain HTTP only to this very machine. */
function over({ issuer }: { issuer: string }) {
  return { [oauth.allowInsecureRequests]: LOOPBACK.includes(new URL(issuer).hostname) }
}

function known(facts: Facts, issuer: string): Issuer {
  return required(facts.sign_in.find((each) => each.issuer === issuer))
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('The issuer does not offer a sign-in for this page.')
  return value
}
