/** What the API answers, as docs/openapi.json has it; only what the console shows. */

export type Dimension = 'model' | 'provider' | 'source_module' | 'environment' | 'team'
export type Dimensions = Partial<Record<Dimension, string | null>> & {
  'otel.metric.overflow'?: boolean
  others?: boolean
}
export type Resolution = '1m' | '5m' | '15m' | '1h'

export interface Filter {
  dimension: Dimension
  operator: 'in' | 'not_in' | 'contains' | 'starts_with' | 'ends_with' | 'is_null' | 'is_not_null'
  values: readonly string[]
}

export interface MetricQuery {
  name: string
  expression: string
  group_by?: readonly Dimension[]
  filters?: readonly Filter[]
  top?: number
  order?: 'desc' | 'asc'
  others?: boolean
  fill?: 'null' | 'zero' | 'previous' | 'linear'
}

export interface QuerySeries {
  dimensions: Dimensions
  values: (number | null)[]
  /** Exact over the whole range: percentiles are merged, not averaged. */
  total: number | null
  previous: { values: (number | null)[]; total: number | null } | null
  change: number | null
}

export interface QueryResult {
  name: string
  expression: string
  unit: string | null
  starts: string[]
  series: QuerySeries[]
  series_count: number
}

export interface QueryAnswer {
  start: string
  end: string
  resolution: Resolution
  final_until: string
  results: QueryResult[]
}

export interface Me {
  tenant: string
  role: string
  key_id: string
  rate_plan: string
  permissions: string[]
}

export interface DashboardEntry {
  id: string
  name: string
  description: string | null
  owner: string
  visibility: 'private' | 'tenant'
  updated_at: string
  edition: number
  tags: string[]
}

export interface Dashboard<Content = unknown> extends DashboardEntry {
  content: Content
  created_at: string
}

export interface KnownSeries {
  dimensions: Dimensions
  events: number
  measures: string[]
}

export type Severity = 'low' | 'medium' | 'high' | 'critical'
export type AnomalyStatus = 'open' | 'acknowledged' | 'suppressed' | 'resolved'

export interface Anomaly {
  anomaly_id: string
  measure: string
  statistic: string
  dimensions: Dimensions
  window_start: string
  window_end: string
  resolution: Resolution
  detector: string
  kind: string
  severity: Severity
  status: AnomalyStatus
  score: number
  observed: number | null
  expected: number | null
  lower: number | null
  upper: number | null
  explanation: string
  opened_at: string
  last_seen_at: string
  resolved_at: string | null
  resolution_reason: string | null
  group: string | null
  members: number
  common_dimensions: Dimensions | null
  alerted: boolean
  reopened: number
  note: string | null
}

export interface Decision {
  status?: Exclude<AnomalyStatus, 'open'>
  false_alarm?: boolean
  note?: string
}

export interface Component {
  kind: string
  name: string
}

export interface Cause {
  kind: string
  about: string
  score: number
  since: string
  signals: number
  summary: string
  evidence: Record<string, number>
}

export interface Incident {
  incident_id: string
  status: string
  title: string
  opened_at: string
  last_signal_at: string
  resolved_at: string | null
  merged_into: string | null
  signals: number
  correlation_types: string[]
  impact: {
    level: Severity
    score: number
    components: Component[]
    users: number
    additional_cost_usd: number
    threats: number
    violations: number
  }
  suspected_causes: Cause[]
  recommendations: string[]
}

export interface Correlation {
  correlation_id: string
  type: string
  strength: number
  confidence: number
  reason: string
  evidence: Record<string, string | number>
  start: string
  end: string
  signals: string[]
}

export interface Signal {
  id: string
  at: string
  kind: string
  severity: number
  summary: string
  components: Component[]
  is_anomaly: boolean
  correlation_id: string | null
  parent_id: string | null
}

export interface Edge {
  caller: Component
  callee: Component
  calls: number
  error_ratio: number | null
  mean_latency_ms: number | null
}

export interface IncidentDetail extends Incident {
  time_line: Signal[]
  correlations: Correlation[]
  graph: Edge[]
}

export interface HubEvent {
  event_id: string
  timestamp: string
  event_type: string
  source_module: string
  severity: string
  correlation_id: string | null
  parent_event_id: string | null
  event: Record<string, unknown>
}

export interface ForecastPoint {
  start: string
  point: number
  lower: number
  upper: number
}

export interface Rest {
  until: string
  days: ForecastPoint[]
  point: number
  lower: number
  upper: number
}

export interface Forecast {
  dimensions: Dimensions
  origin: string
  issued_at: string
  coverage: number
  model: string
  history_hours: number
  hours: ForecastPoint[]
  month: Rest | null
  backtest_error: number | null
  backtest_coverage: number | null
  scored_forecasts: number
  realised_error: number | null
  realised_coverage: number | null
}

export interface ForecastsAnswer {
  measure: string
  unit: string
  statistic: 'sum' | 'p95'
  forecasts: Forecast[]
  next: string | null
}

export interface BudgetInput {
  name: string
  amount_usd: number
  period: 'day' | 'week' | 'month' | 'quarter'
  team?: string | null
  model?: string | null
  provider?: string | null
  measure?: 'computed_cost_usd' | 'reported_cost_usd'
  threshold?: number
}

export interface Standing {
  assessed_at: string
  period_start: string
  period_end: string
  spent_until: string
  spent_usd: number
  forecast_usd: number | null
  lower_usd: number | null
  upper_usd: number | null
  coverage: number | null
  breach_probability: number | null
  breach_day: string | null
  driver: { dimension: string; value: string | null; share: number; rise_usd_per_day: number } | null
  is_at_risk: boolean
  is_exceeded: boolean
}

export interface Budget extends BudgetInput {
  id: string
  standing: Standing | null
}

export interface Health {
  status: 'ok' | 'degraded' | 'starting'
  watermark: string | null
  watermark_age_seconds: number | null
  last_ticks: Record<string, string>
  cursor: string | null
  cursor_age_seconds: number | null
  closing_delay_seconds: number
}

export interface ApiKey {
  key_id: string
  prefix: string
  name: string
  tenant: string
  role: string
  rate_plan: string
  scopes: string[]
  created_at: string
  valid_until: string | null
  revoked_at: string | null
}

export interface Operand {
  measure: string
  statistic: string
}

/** A value, or the ratio of two, compared with a bound. */
export interface Condition {
  value: Operand
  operator: string
  bound: number
  divided_by?: Operand | null
}

/** Either conditions that alert by themselves, or a threshold from which the learned detector does. */
export interface RuleInput {
  name: string
  grouping: string
  where: Record<string, string | null>
  conditions: Condition[]
  match: 'all' | 'any'
  hold_minutes: number
  severity: Severity
  measure: string | null
  threshold: number | null
  enabled: boolean
}

export interface Rule extends RuleInput {
  id: string
}

export interface MaintenanceInput {
  start: string
  end: string
  where: Record<string, string | null>
  reason: string
}

export interface Maintenance extends MaintenanceInput {
  id: string
}

export interface Price {
  provider: string | null
  model: string
  [price: string]: unknown
}

export interface UnpricedModel {
  model: string | null
  requests: number
  unpriced_requests: number
  reported_usd: number | null
}

/** What was refused at the door, by code, what came too late, and records that could not be counted. */
export interface QualityAnswer {
  start: string
  end: string
  resolution: string
  late: number
  quarantined: number
  rejected: number
  by_code: Record<string, number>
  points: { start: string; late: number; quarantined: number; rejected: Record<string, number> }[]
}

export interface WhatIf {
  measure: string
  unit: string
  origin: string
  coverage: number
  as_it_is: { model: string; hours: ForecastPoint[]; month: Rest }
  changed: { model: string; hours: ForecastPoint[]; month: Rest }
}

/** What config.json says of the deployment. */
export interface Facts {
  deployment: string
  groupings: Dimension[][]
  sign_in: { issuer: string; client_id: string; audience: string }[]
  live_url: string | null
}

export interface PrivacyRequest {
  id: string
  kind: 'export' | 'erasure'
  status: 'scheduled' | 'running' | 'done' | 'cancelled' | 'held'
  user_id: string
  subject: string
  reason: string
  requested_at: string
  not_before: string
  found: Record<string, number>
}

export interface LegalHold {
  id: string
  user_id: string
  reason: string
  placed_at: string
}

export interface Consent {
  granted: boolean
  version: string
  recorded_at: string
}

export interface AuditEntry {
  sequence: number
  at: string
  actor: string
  action: string
  target: string
  detail: Record<string, string>
  hash: string
}

export interface AuditVerdict {
  valid: boolean
  entries: number
  head: string | null
  broken_at: number[]
}

export interface Preferences {
  content: { colours?: 'auto' | 'light' | 'dark'; range?: string }
  edition: number
}
