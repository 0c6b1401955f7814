/** Numbers and times as people read them; nothing is shown as zero that is not known. */

export type Unit =
  | 'count'
  | 'usd'
  | 'ms'
  | 'tokens'
  | 'ratio'
  | 'percent'
  | 'score'
  | 'tokens/s'
  | 'requests/s'
  | 'per_minute'

export const NOTHING = '–'

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 })
const precise = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const minuteClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' })
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

export function number(value: number | null | undefined, unit: Unit = 'count'): string {
  if (value === null || value === undefined || Number.isNaN(value)) return NOTHING
  switch (unit) {
    case 'usd':
      return usd(value)
    case 'ms':
      return milliseconds(value)
    case 'ratio':
      return `${precise.format(value * 100)} %`
    case 'percent':
      return `${precise.format(value)} %`
    case 'score':
      return precise.format(value)
    case 'tokens/s':
      return `${short(value)} tok/s`
    case 'requests/s':
      return `${short(value)} /s`
    case 'per_minute':
      return `${short(value)} /min`
    default:
      return short(value)
  }
}

function short(value: number): string {
  const size = Math.abs(value)
  if (size >= 10_000) return compact.format(value)
  return Number.isInteger(value) || size >= 1000 ? whole.format(value) : precise.format(value)
}

function usd(value: number): string {
  const size = Math.abs(value)
  if (size >= 10_000) return `$${compact.format(value)}`
  if (size >= 1 || size === 0)
    return `$${value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
  return `$${precise.format(value)}`
}

function milliseconds(value: number): string {
  if (Math.abs(value) < 1000) return `${precise.format(value)} ms`
  if (Math.abs(value) < 120_000) return `${precise.format(value / 1000)} s`
  return `${precise.format(value / 60_000)} min`
}

/** A change against the period before, as a share of it; nothing where there was nothing. */
export function change(now: number | null, before: number | null): string | null {
  if (now === null || !before) return null
  const share = (now - before) / Math.abs(before)
  return `${share >= 0 ? '+' : '−'}${precise.format(Math.abs(share) * 100)} %`
}

export function at(instant: string | number | null | undefined): string {
  return instant === null || instant === undefined ? NOTHING : dayAndClock.format(new Date(instant))
}

export function exactly(instant: string | number): string {
  const date = new Date(instant)
  return `${day.format(date)} ${clock.format(date)}.${String(date.getMilliseconds()).padStart(3, '0')}`
}

export function timeOf(instant: string | number): string {
  return minuteClock.format(new Date(instant))
}

export function onDay(instant: string | number | null): string {
  return instant === null ? NOTHING : day.format(new Date(instant))
}

export function span(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return NOTHING
  if (seconds < 90) return `${Math.round(seconds)} s`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h`
  return `${Math.round(seconds / 86_400)} d`
}

export function ago(instant: string | null | undefined, now = Date.now()): string {
  return instant ? `${span(Math.max(0, (now - Date.parse(instant)) / 1000))} ago` : NOTHING
}

/** What somebody is called who has no name. */
export function named(name: string | null | undefined): string {
  return name === null || name === undefined || name === '' ? '(none)' : name
}

/** With a capital, unless it begins with the name of something. */
export function sentence(text: string): string {
  return /^[a-z]+(\s|$)/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text
}

const OUTCOMES: Record<string, readonly [yes: string, no: string]> = {
  passed: ['passed', 'failed'],
  success: ['granted', 'refused'],
  user_consent: ['with consent', 'without consent'],
}

const CODES = new Set([
  'threat_type',
  'threat_level',
  'mitigation_status',
  'severity',
  'event_type',
  'operation',
  'action',
])

/** What the value of an event's field is called: "true" says nothing by itself, a code is no word. */
export function outcome(field: string, value: string): string {
  if (CODES.has(field) && !value.includes('.')) return words(value)
  const [yes, no] = OUTCOMES[field] ?? [`${words(field)}: yes`, `${words(field)}: no`]
  return value === 'true' ? yes : value === 'false' ? no : value
}

export function words(name: string): string {
  const spaced = name.replaceAll('_', ' ').replace(/ (usd|ms)$/, '')
  return spaced.charAt(0).toUpperCase() + spaced.slice(1)
}
