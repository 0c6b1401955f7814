/** Which charts stand on which view, in the order of what people ask first. */

export interface Section {
  title?: string
  charts: readonly (readonly [id: string, span: 3 | 4 | 6 | 8 | 12, height?: number])[]
}

export interface BoardSpec {
  values: readonly string[]
  /** Behind what the view itself puts among the values. */
  after?: readonly string[]
  sections: readonly Section[]
}

export const BOARDS = {
  overview: {
    values: ['requests', 'tokens', 'error-ratio', 'latency', 'ttft'],
    after: ['cost-per-request', 'threats', 'violations'],
    sections: [
      {
        charts: [
          ['requests-by-model', 6],
          ['cost-by-model', 6],
          ['latency-percentiles', 4],
          ['ttft-percentiles', 4],
          ['errors-over-time', 4],
          ['models', 8, 330],
          ['cost-share', 4, 330],
          ['cost-by-team', 4],
          ['providers', 4],
          ['tokens-over-time', 4],
          ['events-by-module', 6],
          ['threats-over-time', 6],
        ],
      },
    ],
  },
  models: {
    values: ['requests', 'error-ratio', 'latency', 'ttft', 'tokens', 'cost-per-1k'],
    sections: [
      {
        charts: [
          ['models', 12, 360],
          ['latency-by-model', 6],
          ['ttft-by-model', 6],
          ['latency-box', 6, 320],
          ['price-of-speed', 6, 320],
          ['latency-map', 6, 320],
          ['model-radar', 6, 320],
        ],
      },
      {
        title: 'Latency in depth',
        charts: [
          ['latency-histogram', 4],
          ['latency-band', 4],
          ['latency-boxes', 4],
          ['latency-parts', 6],
          ['speed', 6],
        ],
      },
      {
        title: 'Errors, use and quality',
        charts: [
          ['errors-by-model', 6],
          ['error-ranking', 6],
          ['team-model', 6, 320],
          ['model-share', 6, 320],
          ['answer-length', 4],
          ['quality', 4],
          ['concurrency', 4],
          ['request-rate', 6],
          ['requests-by-hour', 6],
        ],
      },
    ],
  },
  cost: {
    values: ['cost', 'cost-per-request', 'cost-per-1k', 'cached-share', 'tokens', 'unpriced'],
    sections: [
      {
        charts: [
          ['cost-by-model', 6],
          ['cost-cumulative', 6],
          ['cost-change', 6, 320],
          ['cost-tree', 6, 320],
          ['cost-flow', 6, 340],
          ['cost-rings', 6, 340],
          ['cost-by-team', 4],
          ['cost-by-provider', 4],
          ['cost-share', 4],
          ['cost-pareto', 6, 320],
          ['cost-pivot', 6, 320],
          ['cost-each', 6],
          ['cost-reported', 6],
          ['cost-calendar', 12, 220],
          ['invoices', 6],
          ['resources', 6],
        ],
      },
    ],
  },
  security: {
    values: ['threats', 'auth-failures', 'violations'],
    sections: [
      {
        charts: [
          ['threats-over-time', 8],
          ['blocked-share', 4],
          ['critical-threats', 4],
          ['threat-types', 4],
          ['mitigation', 4],
          ['attack-paths', 8, 320],
          ['threat-matrix', 4, 320],
          ['targets', 6],
          ['attackers', 6],
        ],
      },
      {
        title: 'Access, vulnerabilities and personal data',
        charts: [
          ['auth', 6],
          ['auth-actions', 6],
          ['vulnerabilities', 4],
          ['privacy', 4],
          ['security-severities', 4],
        ],
      },
    ],
  },
  governance: {
    values: ['violations', 'failed-checks', 'audit-entries'],
    sections: [
      {
        charts: [
          ['compliance-score', 4],
          ['remediated', 4],
          ['frameworks', 4],
          ['violations-over-time', 6],
          ['violated-policies', 6],
          ['checks', 6],
          ['score-over-time', 6],
          ['violation-rings', 4, 320],
          ['audit-actions', 4, 320],
          ['lineage', 4, 320],
          ['audit-over-time', 12, 200],
        ],
      },
    ],
  },
  anomalies: {
    values: [],
    sections: [
      {
        charts: [
          ['anomaly-scores', 6],
          ['anomalies-over-time', 6],
          ['anomaly-kinds', 4],
          ['anomaly-measures', 8],
        ],
      },
    ],
  },
  incidents: {
    values: [],
    sections: [
      {
        charts: [
          ['calls', 8, 420],
          ['incident-causes', 4, 420],
          ['calls-chord', 6, 340],
          ['incident-types', 6, 340],
        ],
      },
    ],
  },
  forecasts: {
    values: [],
    sections: [
      {
        charts: [
          ['forecast-computed_cost_usd', 6, 300],
          ['forecast-requests', 6, 300],
          ['forecast-input_tokens', 6, 300],
          ['forecast-output_tokens', 6, 300],
        ],
      },
    ],
  },
  quality: {
    values: ['events-folded', 'unpriced', 'quarantined'],
    sections: [
      {
        charts: [
          ['events-over-time', 8],
          ['partition-lag', 4],
          ['refused-over-time', 8],
          ['refused-codes', 4],
          ['unpriced-over-time', 6],
          ['unpriced-models', 6],
          ['indexed-severities', 6],
          ['environments', 6],
        ],
      },
    ],
  },
} as const satisfies Record<string, BoardSpec>

export type BoardName = keyof typeof BOARDS
