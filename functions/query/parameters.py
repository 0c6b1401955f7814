"""What may be asked in a query string; the same models make the OpenAPI description."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from functions.query.alert_models import AnySeverity
from shared.errors import RejectedRequestError
from shared.measures.observations import DIMENSIONS

MOST_POINTS: Final = 10_000
"""Lambda answers 6 MB at most; a point with all it may be asked for has at most 500 bytes."""
MOST_SERIES: Final = 10_000
MOST_STATS: Final = 5
MOST_ANOMALIES: Final = 1_000
_STAT: Final = re.compile(r"p(100|\d{1,2}(\.\d{1,4})?)")


def _only(values: list[str]) -> str:
    if len(values) != 1:
        raise ValueError("give it once")
    return values[0]


def split(values: list[str]) -> tuple[str, ...]:
    """`a,b` and `a` beside `b` are the same."""
    return tuple(part for value in values for part in value.split(",") if part)


def _dimensions(names: tuple[str, ...]) -> tuple[str, ...]:
    if unknown := sorted(set(names) - set(DIMENSIONS)):
        raise ValueError(f"there is no dimension {', '.join(unknown)}; there are {', '.join(DIMENSIONS)}")
    return names


def _stats(names: tuple[str, ...]) -> tuple[str, ...]:
    if not all(map(_STAT.fullmatch, names)):
        raise ValueError("a statistic is a percentile such as p99.9, with up to 4 decimals")
    return tuple(dict.fromkeys(names))


One = BeforeValidator(_only)
Time = Annotated[
    str, One, Field(max_length=64, description="RFC 3339 with an offset, `now`, or `now-30m` (s, m, h, d)")
]
Next = Annotated[
    str | None,
    One,
    Field(max_length=4096, description="`next` of the page before; all else must be asked as it was."),
]
Dimensions = Annotated[
    tuple[str, ...],
    BeforeValidator(split),
    AfterValidator(_dimensions),
    Field(
        description=f"Dimensions in any order: {', '.join(DIMENSIONS)}. Without it, those filtered by, or the total."
    ),
]
Stats = Annotated[
    tuple[str, ...],
    BeforeValidator(split),
    AfterValidator(_stats),
    Field(max_length=MOST_STATS, description="Further percentiles of every point, such as p99.9."),
]
Filter = Annotated[
    tuple[Annotated[str, Field(max_length=256)], ...],
    Field(max_length=50, description="Only series with one of these values; an empty value: those that have none."),
]


class Parameters(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    @classmethod
    def of(cls, request: Mapping[str, Any]) -> Self:
        """From API Gateway's request; RejectedRequestError 400 says what is wrong, field by field."""
        given: Mapping[str, Sequence[str]] = request.get("multiValueQueryStringParameters") or {}
        try:
            return cls.model_validate({_text(name): [*map(_text, values)] for name, values in given.items()})
        except ValidationError as error:
            wrong = {str(each["loc"][0]): _message(each) for each in error.errors()}
            message = "; ".join(f"{field}: {what}" for field, what in wrong.items())
            raise RejectedRequestError(400, "invalid_parameter", message, wrong) from None


class Grouped(Parameters):
    """Which series are meant."""

    group_by: Dimensions = ()
    model: Filter = ()
    provider: Filter = ()
    source_module: Filter = ()
    environment: Filter = ()
    team: Filter = ()

    @property
    def filters(self) -> dict[str, frozenset[str | None]]:
        asked = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: frozenset(value or None for value in values) for name, values in asked.items() if values}


class MetricsParameters(Grouped):
    measure: Annotated[str, One, Field(min_length=1, max_length=80, description="Name of a measure, or custom.<name>.")]
    start: Time = "now-1h"
    end: Time = "now"
    resolution: Annotated[Literal["1m", "5m", "15m", "1h"], One] = "1m"
    stat: Stats = ()
    limit: Annotated[int, One, Field(ge=1, le=MOST_POINTS, description="Most points in an answer.")] = 5_000
    next: Next = None


class SeriesParameters(Grouped):
    start: Time = "now-24h"
    end: Time = "now"
    limit: Annotated[int, One, Field(ge=1, le=MOST_SERIES, description="Most series in an answer.")] = 1_000
    next: Next = None


class SummaryParameters(Parameters):
    start: Time = "now-24h"
    end: Time = "now"
    top: Annotated[int, One, Field(ge=1, le=100, description="How many models and teams are named.")] = 10


Several = Annotated[tuple[Annotated[str, Field(max_length=80)], ...], BeforeValidator(split), Field(max_length=20)]


class AnomalyParameters(Parameters):
    start: Time = "now-24h"
    end: Time = "now"
    status: Annotated[Several, Field(description="open, acknowledged, suppressed, resolved.")] = ()
    kind: Several = ()
    measure: Several = ()
    severity: Annotated[AnySeverity | None, One, Field(description="This one or worse.")] = None
    alerted: Annotated[bool, One, Field(description="Only what people are told of.")] = False
    group: Annotated[str | None, One, Field(max_length=64, description="The storm of this anomaly.")] = None
    model: Annotated[str | None, One, Field(max_length=256)] = None
    provider: Annotated[str | None, One, Field(max_length=256)] = None
    source_module: Annotated[str | None, One, Field(max_length=256)] = None
    environment: Annotated[str | None, One, Field(max_length=256)] = None
    team: Annotated[str | None, One, Field(max_length=256)] = None
    limit: Annotated[int, One, Field(ge=1, le=MOST_ANOMALIES, description="Most anomalies in an answer.")] = 100
    next: Annotated[str | None, One, Field(max_length=64, description="`next` of the page before.")] = None

    @property
    def where(self) -> dict[str, str | None]:
        """An empty value: those that have none."""
        named = {name: getattr(self, name) for name in DIMENSIONS}
        return {name: value or None for name, value in named.items() if value is not None}


class QuestionParameters(Parameters):
    q: Annotated[str, One, Field(max_length=20_000, description="The body of POST /v1/query, as JSON.")]


class AuditParameters(Parameters):
    """The newest first."""

    start: Time = "now-30d"
    end: Time = "now"
    action: Annotated[str | None, One, Field(max_length=100, description="Or how it begins: `key.`")] = None
    actor: Annotated[str | None, One, Field(max_length=256)] = None
    limit: Annotated[int, One, Field(ge=1, le=1_000, description="Most entries in an answer.")] = 100
    next: Annotated[int | None, One, Field(ge=1, description="`next` of the page before.")] = None


class UnpricedParameters(Parameters):
    start: Time = "now-24h"
    end: Time = "now"


class QualityParameters(Parameters):
    start: Time = "now-24h"
    end: Time = "now"
    resolution: Annotated[Literal["auto", "1m", "5m", "15m", "1h", "1d"], One] = "auto"


class PriceParameters(Parameters):
    """Which negotiated price is meant; without a provider, the one that holds for every provider."""

    model: Annotated[str, One, Field(min_length=1, max_length=256, description="As it was put, `*` and all.")]
    provider: Annotated[str | None, One, Field(min_length=1, max_length=256)] = None


def _text(sent: str) -> str:
    """Half a surrogate pair is no text that could be answered with."""
    return sent.encode(errors="replace").decode()


def _message(error: Any) -> str:
    if error["type"] == "extra_forbidden":
        return "there is no such parameter"
    return str(error["msg"]).removeprefix("Value error, ")
