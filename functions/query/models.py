"""What query answers; the same models make the OpenAPI description."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Number = int | float
Dimensions = Annotated[
    dict[str, str | bool | None],
    Field(
        description='By name; null is for what has no such value. {"otel.metric.overflow": true} is the series of all'
        " groups over the limit."
    ),
]
Next = Annotated[str | None, Field(description="Parameter `next` of the following page; null on the last.")]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Point(_Answer):
    """A series over one window; percentiles asked for by `stat` stand beside the others, under the name asked for."""

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, float]

    start: datetime
    count: Annotated[int, Field(description="Observations of the measure.")]
    sum: Number
    min: Number
    max: Number
    mean: float
    std_dev: Annotated[float, Field(description="Of the population.")]
    median: Annotated[float, Field(description="Percentiles are within 1 % of an observation at their rank.")]
    p95: float
    p99: float
    final: Annotated[bool, Field(description="Whether the window is closed; a late event may still revise it.")]
    version: Annotated[int, Field(description="Events folded into the window for this series; it only grows.")]


class PointSeries(_Answer):
    dimensions: Dimensions
    points: Annotated[list[Point], Field(description="By start; a window in which nothing was observed has no point.")]


class MetricsAnswer(_Answer):
    measure: str
    unit: str
    resolution: Literal["1m", "5m", "15m", "1h"]
    series: Annotated[list[PointSeries], Field(description="A series may go on on the next page.")]
    next: Next


class KnownSeries(_Answer):
    dimensions: Dimensions
    events: Annotated[int, Field(description="Events in the range.")]
    measures: Annotated[list[str], Field(description="What was observed in the range.")]


class SeriesAnswer(_Answer):
    start: datetime
    end: datetime
    series: list[KnownSeries]
    next: Next


class Tokens(_Answer):
    """Null where none were reported."""

    input: int | None
    output: int | None
    cached_input: int | None
    reasoning: int | None


class Cost(_Answer):
    """Side by side and never added up; null where nothing was reported or could be priced."""

    reported_usd: float | None
    computed_usd: float | None
    unpriced_requests: Annotated[int, Field(description="Requests that the price table cannot price.")]


class LatencyPercentiles(_Answer):
    """In ms."""

    p50: float
    p95: float
    p99: float


class Totals(_Answer):
    events: int
    requests: int
    errors: int
    error_rate: Annotated[float | None, Field(description="Errors by requests; null without requests.")]
    tokens: Tokens
    cost: Cost
    latency_ms: LatencyPercentiles | None
    threats: int
    policy_violations: int


class Spender(_Answer):
    name: Annotated[str | None, Field(description="Null for requests that name none.")]
    requests: int
    errors: int
    tokens: Tokens
    cost: Cost
    latency_ms: LatencyPercentiles | None


class SummaryAnswer(_Answer):
    start: datetime
    end: datetime
    final: Annotated[bool, Field(description="Whether all of the range is closed.")]
    totals: Totals
    top_models: Annotated[list[Spender], Field(description="The ten that cost most.")]
    top_teams: Annotated[list[Spender], Field(description="The ten that cost most.")]
    unpriced_models: Annotated[list[str | None], Field(description="Models with requests that could not be priced.")]


class Health(_Answer):
    status: Annotated[
        Literal["ok", "degraded", "starting"],
        Field(description="degraded: the pipeline stands still; starting: not every partition has been heard of yet."),
    ]
    watermark: Annotated[datetime | None, Field(description="Up to when every partition is complete.")]
    watermark_age_seconds: float | None
    last_ticks: Annotated[dict[str, datetime], Field(description="Up to when each partition is complete.")]
    oldest_tick: datetime | None
    cursor: Annotated[datetime | None, Field(description="Every window that ends by then is closed.")]
    cursor_age_seconds: float | None
    closing_delay_seconds: float


class Error(_Answer):
    code: str
    message: str
    request_id: str
    fields: Annotated[dict[str, str] | None, Field(description="What is wrong, by parameter.")] = None


class ErrorAnswer(_Answer):
    error: Error


class RejectedItem(_Answer):
    index: int
    code: str
    message: str


class IngestAnswer(_Answer):
    accepted: int
    rejected: list[RejectedItem]


class UnacceptedAnswer(ErrorAnswer):
    """When the stream did not take all: what is not named here is done with. Absent when nothing was looked at."""

    accepted: Annotated[int | None, Field(description="Events that are in the stream for good.")] = None
    unaccepted: Annotated[
        list[int] | None, Field(description="The indexes of the items to send again, with the same ids or unchanged.")
    ] = None
    rejected: list[RejectedItem] | None = None
