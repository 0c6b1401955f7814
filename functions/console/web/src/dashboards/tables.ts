/** All numbers of a dashboard in one file, as the hub answers them for the range. */

import { change } from '../api/client'
import { filtersOf } from '../api/queries'
import type { QueryAnswer } from '../api/types'
import { nameOf } from '../charts/data'
import { csv, save } from '../charts/export'
import { type Filters, resolutionOf, spanOf } from '../filters'
import { specOf, type Widget } from './content'

const MOST_TOGETHER = 20

export async function saveTables(name: string, widgets: readonly Widget[], filters: Filters): Promise<void> {
  const { start, end } = spanOf(filters.range)
  const asked = widgets.flatMap((widget) => {
    const spec = specOf(widget)
    if (spec?.source.of !== 'metrics') return []
    const by = spec.source.by ?? []
    return spec.source.readings.map(({ expression }) => ({ title: spec.title, expression, by }))
  })
  const rows: (string | number | null)[][] = []
  for (let first = 0; first < asked.length; first += MOST_TOGETHER) {
    const some = asked.slice(first, first + MOST_TOGETHER)
    const answer = await change<QueryAnswer>('POST', 'v1/query', {
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      resolution: resolutionOf(filters.range),
      queries: some.map(({ expression, by }, place) => ({
        name: `q${place}`,
        expression,
        group_by: by,
        filters: filtersOf(filters.where),
      })),
    })
    answer.results.forEach((result, place) => {
      for (const series of result.series)
        result.starts.forEach((at, window) => {
          const value = series.values[window] ?? null
          if (value !== null)
            rows.push([some[place]?.title ?? '', result.expression, nameOf(series.dimensions), at, value])
        })
    })
  }
  save(`${name}.csv`, csv(['chart', 'formula', 'series', 'start', 'value'], rows))
}
