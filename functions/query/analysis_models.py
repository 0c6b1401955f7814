"""A question of several formulas, and its answer; the same models make the OpenAPI description."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from functions.query.models import Next
from shared.measures.observations import DIMENSIONS

MOST_QUERIES: Final = 20
MOST_SERIES: Final = 1_000
OPERATORS_WITHOUT_VALUES: Final = ("is_null", "is_not_null")

Dimension = Annotated[str, Field(pattern=f"^({'|'.join(DIMENSIONS)})$")]
Time = Annotated[str, Field(max_length=64, description="RFC 3339 with an offset, `now`, or `now-30m` (s, m, h, d)")]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Filter(_Sent):
    """All filters must hold. A value of null is of what has no such value."""

    dimension: Dimension
    operator: Literal["in", "not_in", "contains", "starts_with", "ends_with", "is_null", "is_not_null"] = "in"
    values: Annotated[tuple[Annotated[str, Field(max_length=256)] | None, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _says_of_what(self) -> Self:
        if bool(self.values) == (self.operator in OPERATORS_WITHOUT_VALUES):
            raise ValueError("an operator needs values, but is_null and is_not_null have none")
        return self


class NamedQuery(_Sent):
    name: Annotated[str, Field(min_length=1, max_length=80, description="As you like; the answer has it too.")]
    expression: Annotated[
        str,
        Field(
            min_length=1,
            max_length=500,
            description="Statistics of measures (sum, rate, count, mean, min, max, std_dev, median, p95, p99_9,"
            " quantile(x, 0.999)), numbers, + - * / and coalesce(a, b), as in sum(errors) / sum(requests).",
        ),
    ]
    group_by: Annotated[tuple[Dimension, ...], Field(max_length=len(DIMENSIONS))] = ()
    filters: Annotated[tuple[Filter, ...], Field(max_length=10)] = ()
    top: Annotated[int | None, Field(ge=1, le=100, description="Only the series of the greatest totals.")] = None
    order: Annotated[Literal["desc", "asc"], Field(description="`asc`: of the least totals.")] = "desc"
    others: Annotated[bool, Field(description="All that is not at the top, as one series more.")] = False
    fill: Annotated[
        Literal["null", "zero", "previous", "linear"], Field(description="What stands where nothing was seen.")
    ] = "null"
    limit: Annotated[int, Field(ge=1, le=MOST_SERIES, description="Most series in the answer.")] = 100
    next: Annotated[str | None, Field(max_length=4096, description="`next` of the page before.")] = None

    @model_validator(mode="after")
    def _is_one_page_or_the_top(self) -> Self:
        if self.next and self.top:
            raise ValueError("the top has one page only")
        if self.others and not self.top:
            raise ValueError("others are what is not at the top: say `top`")
        return self


class Question(_Sent):
    start: Time = "now-24h"
    end: Time = "now"
    resolution: Annotated[
        Literal["auto", "1m", "5m", "15m", "1h"], Field(description="`auto`: at most 200 windows where that can be.")
    ] = "auto"
    compare: Annotated[
        Literal["none", "previous"], Field(description="Beside each series, as long a time right before.")
    ] = "none"
    queries: Annotated[tuple[NamedQuery, ...], Field(min_length=1, max_length=MOST_QUERIES)]


class ExportInput(Question):
    format: Literal["csv", "parquet"] = "csv"


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


Values = Annotated[list[float | None], Field(description="One for each of `starts`; null where nothing was seen.")]


class Before(_Answer):
    """The same series, as long a time before."""

    values: Values
    total: float | None


class AnsweredSeries(_Answer):
    dimensions: Annotated[
        dict[str, str | bool | None],
        Field(description='By name; {"others": true} is all that is not at the top, as one.'),
    ]
    values: Values
    total: Annotated[float | None, Field(description="Over the whole range, exactly: no mean of means.")]
    previous: Before | None
    change: Annotated[float | None, Field(description="Of the total, as a share of the one before.")]


class QueryResult(_Answer):
    name: str
    expression: str
    unit: str | None
    starts: Annotated[list[datetime], Field(description="When each window begins.")]
    series: list[AnsweredSeries]
    series_count: Annotated[int, Field(description="How many there are, in the answer or not.")]
    next: Next


class QuestionAnswer(_Answer):
    start: datetime
    end: datetime
    resolution: Literal["1m", "5m", "15m", "1h"]
    final_until: Annotated[datetime, Field(description="Windows that end by then are closed.")]
    previous_start: datetime | None
    results: list[QueryResult]
