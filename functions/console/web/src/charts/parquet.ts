/** Charts as a file of Parquet, as the hub writes it: a row for each series and window, whatever a chart leaves out. */

import { fetchFile } from '../api/client'
import { filtersOf } from '../api/queries'
import { type Filters, resolutionOf, spanOf } from '../filters'
import { save } from './export'
import type { ChartSpec } from './spec'

const MOST_TOGETHER = 20
const LONGEST_NAME = 80

export async function saveParquet(name: string, specs: readonly ChartSpec[], filters: Filters): Promise<void> {
  const { start, end } = spanOf(filters.range)
  const queries = specs.flatMap(({ title, source }) =>
    source.of === 'metrics'
      ? source.readings.map(({ expression, label }) => ({
          name: (label ? `${title}: ${label}` : title).slice(0, LONGEST_NAME),
          expression,
          group_by: source.by ?? [],
          filters: filtersOf(filters.where),
        }))
      : [],
  )
  for (let first = 0; first < queries.length; first += MOST_TOGETHER) {
    const file = await fetchFile('v1/query/export', {
      start: new Date(start).toISOString(),
      end: new Date(end).toISOString(),
      resolution: resolutionOf(filters.range),
      queries: queries.slice(first, first + MOST_TOGETHER),
      format: 'parquet',
    })
    save(first ? `${name}-${first / MOST_TOGETHER + 1}.parquet` : `${name}.parquet`, file)
  }
}
