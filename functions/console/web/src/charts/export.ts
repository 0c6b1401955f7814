/** What is shown, as files. */

import { columns, type Dataset } from './data'

export function saveCsv(name: string, data: Dataset): void {
  const { head, rows } = columns(data)
  save(`${name}.csv`, csv(head, rows))
}

export function csv(head: readonly string[], rows: readonly (string | number | null)[][]): Blob {
  const lines = [head, ...rows].map((row) => row.map(quoted).join(','))
  return new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv;charset=utf-8' })
}

function quoted(cell: string | number | null): string {
  if (cell === null) return ''
  const text = String(cell)
  // A spreadsheet would run what begins like a formula.
  const safe = typeof cell === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function save(name: string, content: Blob): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name.replaceAll(/[^\w.-]+/g, '-').toLowerCase()
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

export interface Tile {
  title: string
  image: HTMLCanvasElement
  x: number
  y: number
  width: number
  height: number
}

/** Several charts as one picture, each where it stands on the screen. */
export async function savePicture(
  name: string,
  tiles: readonly Tile[],
  background: string,
  ink: string,
): Promise<void> {
  const scale = devicePixelRatio
  const [margin, head] = [16, 20]
  const right = Math.max(...tiles.map((tile) => tile.x + tile.width))
  const bottom = Math.max(...tiles.map((tile) => tile.y + tile.height))
  const canvas = document.createElement('canvas')
  canvas.width = (right + 2 * margin) * scale
  canvas.height = (bottom + 2 * margin + head) * scale
  const context = canvas.getContext('2d')
  if (!context) return
  context.scale(scale, scale)
  context.fillStyle = background
  context.fillRect(0, 0, right + 2 * margin, bottom + 2 * margin + head)
  context.fillStyle = ink
  for (const tile of tiles) {
    context.font = '600 13px system-ui, sans-serif'
    context.fillText(tile.title, tile.x + margin, tile.y + margin + 10)
    context.drawImage(tile.image, tile.x + margin, tile.y + margin + head, tile.width, tile.height)
  }
  const picture = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (picture) save(`${name}.png`, picture)
}
