import type { Facts } from './types'

export type Query = Record<string, string | number | boolean | readonly string[] | null | undefined>

/** An answer other than 2xx, with what the hub says of it. */
export class HubError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly requestId: string | null,
    readonly retryAfterSeconds: number | null,
  ) {
    super(message)
    this.name = 'HubError'
  }

  get isRefusal(): boolean {
    return this.status >= 400 && this.status < 500 && this.status !== 429
  }
}

/** How requests say who asks; null while nobody is signed in. */
export interface Credentials {
  headers: () => Promise<Record<string, string>>
  /** A 401 ends the session. */
  onRefused: () => void
}

let credentials: Credentials | null = null

export function signWith(given: Credentials | null): void {
  credentials = given
}

/** The page stands at the root of the API, whatever path that is. */
export const ROOT = new URL('./', document.baseURI)

export async function facts(): Promise<Facts> {
  return (await read(await fetch(new URL('config.json', ROOT)))) as Facts
}

export async function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  return (await send('GET', path, query, undefined, signal)) as T
}

export async function change<T>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  query: Query = {},
): Promise<T> {
  return (await send(method, path, query, body)) as T
}

/** What the hub answers as a file. */
export async function fetchFile(path: string, body: unknown): Promise<Blob> {
  const answer = await ask('POST', path, {}, body)
  if (answer.ok) return answer.blob()
  await read(answer)
  throw new HubError(answer.status, 'unknown', 'The hub answered no file.', null, null)
}

async function send(method: string, path: string, query: Query, body?: unknown, signal?: AbortSignal) {
  return read(await ask(method, path, query, body, signal))
}

async function ask(method: string, path: string, query: Query, body?: unknown, signal?: AbortSignal) {
  const identity = await (credentials?.headers() ?? Promise.resolve({}))
  const answer = await fetch(address(path, query), {
    method,
    headers: { ...identity, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  }).catch((error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new HubError(0, 'unreachable', 'The hub cannot be reached.', null, null)
  })
  if (answer.status === 401) credentials?.onRefused()
  return answer
}

function address(path: string, query: Query): URL {
  const url = new URL(path, ROOT)
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(each))
  }
  return url
}

async function read(answer: Response): Promise<unknown> {
  if (answer.status === 204) return null
  const content: unknown = await answer.json().catch(() => null)
  if (answer.ok) return content
  const error = (content as { error?: { code?: string; message?: string; request_id?: string } } | null)?.error
  throw new HubError(
    answer.status,
    error?.code ?? 'unknown',
    error?.message ?? `The hub answered ${answer.status}.`,
    error?.request_id ?? null,
    Number(answer.headers.get('Retry-After')) || null,
  )
}
