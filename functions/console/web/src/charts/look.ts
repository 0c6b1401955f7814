/** Colours that mean the same on every chart, and texts that can be read on either background. */

export interface Look {
  dark: boolean
  text: string
  faint: string
  line: string
  surface: string
}

export const LIGHT: Look = { dark: false, text: '#343a40', faint: '#6c757d', line: '#e9ecef', surface: '#ffffff' }
export const DARK: Look = { dark: true, text: '#dee2e6', faint: '#9aa2ab', line: '#2f3338', surface: '#1c1f24' }

const PALETTE = [
  '#4c6ef5',
  '#12b886',
  '#f59f00',
  '#e64980',
  '#15aabf',
  '#9c6ade',
  '#82c91e',
  '#fd7e14',
  '#1971c2',
  '#c2255c',
  '#087f5b',
  '#e8590c',
  '#5f3dc4',
  '#66a80f',
  '#0b7285',
  '#d6336c',
  '#74b816',
  '#4dabf7',
  '#a9690a',
  '#845ef7',
  '#20c997',
  '#b197fc',
  '#ae3ec9',
  '#099268',
]

const MEANT: Record<string, string> = {
  critical: '#e03131',
  high: '#f76707',
  error: '#f76707',
  medium: '#fab005',
  warning: '#fab005',
  low: '#4dabf7',
  info: '#4dabf7',
  debug: '#adb5bd',
  open: '#e03131',
  acknowledged: '#4c6ef5',
  suppressed: '#868e96',
  resolved: '#2f9e44',
  passed: '#2f9e44',
  failed: '#e03131',
  blocked: '#2f9e44',
  'not blocked': '#f76707',
  mitigated: '#12b886',
  detected: '#fab005',
  granted: '#2f9e44',
  refused: '#e03131',
  'with consent': '#2f9e44',
  'without consent': '#f76707',
  'put right': '#2f9e44',
  'left open': '#f76707',
  others: '#adb5bd',
  '(none)': '#adb5bd',
  p50: '#4c6ef5',
  p95: '#f59f00',
  p99: '#e64980',
  total: '#4c6ef5',
}

/** The palette again, darker and then lighter, before a colour comes twice. */
const ROUNDS = [0, -0.35, 0.4]
const KEPT = 'hub.colours'
const given = new Map<string, string>(JSON.parse(sessionStorage.getItem(KEPT) ?? '[]'))

/** What has a meaning keeps its colour; everything else gets the next one, and keeps it on every chart of the tab. */
export function colourOf(name: string): string {
  const known = MEANT[name.toLowerCase()] ?? given.get(name)
  if (known) return known
  const round = Math.floor(given.size / PALETTE.length)
  const next = mixed(PALETTE[given.size % PALETTE.length] ?? '#4c6ef5', ROUNDS[round % ROUNDS.length] ?? 0)
  given.set(name, next)
  sessionStorage.setItem(KEPT, JSON.stringify([...given]))
  return next
}

/** Towards black if `share` is less than 0, towards white if it is more. */
function mixed(colour: string, share: number): string {
  const parts = [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16))
  const toward = share < 0 ? 0 : 255
  const mixes = parts.map((part) => Math.round(part + (toward - part) * Math.abs(share)))
  return `#${mixes.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

/** Black or white, whichever is read better on this colour. */
export function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((place) => Number.parseInt(colour.slice(place, place + 2), 16))
  return 0.299 * (red ?? 0) + 0.587 * (green ?? 0) + 0.114 * (blue ?? 0) > 150 ? '#212529' : '#ffffff'
}

const ORDER = ['critical', 'high', 'error', 'medium', 'warning', 'low', 'info', 'debug']

/** Severities as people rank them, anything else as it comes. */
export function ranked(names: readonly string[]): string[] {
  const place = (name: string) => {
    const found = ORDER.indexOf(name.toLowerCase())
    return found < 0 ? ORDER.length : found
  }
  return [...names].sort((one, other) => place(one) - place(other))
}
