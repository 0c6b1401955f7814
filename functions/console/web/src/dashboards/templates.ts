import type { Content, Widget } from './content'

export interface Template {
  id: string
  name: string
  description: string
  content: Content
}

type Row = readonly (readonly [chart: string, w: number])[]

function content(values: readonly string[], rows: readonly Row[]): Content {
  const w = Math.floor(12 / values.length)
  const widgets: Widget[] = values.map((chart, place) => ({ id: chart, chart, x: place * w, y: 0, w, h: 2 }))
  rows.forEach((row, place) => {
    let x = 0
    for (const [chart, width] of row) {
      widgets.push({ id: chart, chart, x, y: 2 + place * 4, w: width, h: 4 })
      x += width
    }
  })
  return { version: 1, widgets }
}

export const TEMPLATES: readonly Template[] = [
  {
    id: 'executive',
    name: 'Executive',
    description: 'What it costs, how much it is used, whether it works, whether it is safe.',
    content: content(
      ['cost', 'requests', 'error-ratio', 'latency', 'threats', 'violations'],
      [
        [
          ['requests-by-model', 8],
          ['cost-share', 4],
        ],
        [
          ['latency-box', 6],
          ['errors-over-time', 6],
        ],
        [
          ['cost-by-team', 6],
          ['budgets', 6],
        ],
      ],
    ),
  },
  {
    id: 'performance',
    name: 'Performance',
    description: 'Latency, first tokens, errors and throughput, by model.',
    content: content(
      ['requests', 'error-ratio', 'latency', 'ttft'],
      [
        [
          ['latency-by-model', 6],
          ['ttft-by-model', 6],
        ],
        [
          ['latency-histogram', 4],
          ['latency-map', 8],
        ],
        [
          ['errors-by-model', 6],
          ['tokens-over-time', 6],
        ],
        [
          ['latency-parts', 6],
          ['request-rate', 6],
        ],
      ],
    ),
  },
  {
    id: 'cost',
    name: 'Cost',
    description: 'Where the money goes, what changed, and what is to come.',
    content: content(
      ['cost', 'cost-per-request', 'cost-per-1k', 'cached-share'],
      [
        [
          ['cost-by-model', 6],
          ['cost-change', 6],
        ],
        [
          ['cost-flow', 6],
          ['cost-tree', 6],
        ],
        [
          ['budgets', 6],
          ['forecast-computed_cost_usd', 6],
        ],
      ],
    ),
  },
  {
    id: 'security',
    name: 'Security',
    description: 'Threats by kind, source and target, and what became of them.',
    content: content(
      ['threats', 'auth-failures', 'violations'],
      [
        [
          ['threats-over-time', 8],
          ['blocked-share', 4],
        ],
        [
          ['threat-types', 4],
          ['mitigation', 4],
          ['targets', 4],
        ],
        [
          ['attack-paths', 8],
          ['vulnerabilities', 4],
        ],
      ],
    ),
  },
  {
    id: 'governance',
    name: 'Governance',
    description: 'Compliance, policies and the audit trail.',
    content: content(
      ['violations', 'threats', 'auth-failures'],
      [
        [
          ['compliance-score', 4],
          ['remediated', 4],
          ['frameworks', 4],
        ],
        [
          ['violations-over-time', 6],
          ['violated-policies', 6],
        ],
        [
          ['checks', 6],
          ['audit-actions', 6],
        ],
      ],
    ),
  },
]

export function template(id: string | null): Template | undefined {
  return TEMPLATES.find((each) => each.id === id)
}
