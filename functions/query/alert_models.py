"""Anomalies, rules and maintenance windows as clients send and read them; the same models make the OpenAPI description."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from shared.anomalies.anomaly import Kind, Severity, Status
from shared.anomalies.policies import Match, Operator
from shared.anomalies.watched import Statistic
from shared.errors import RejectedError
from shared.measures.measure import measure_named

MOST_CONDITIONS = 10
LONGEST_HOLD_MINUTES = 1440

Where = Annotated[
    dict[Annotated[str, Field(max_length=64)], Annotated[str, Field(max_length=256)] | None],
    Field(max_length=5, description="Dimensions with the values they must have; empty for anywhere."),
]
AnySeverity = Literal[Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL]
Finite = Annotated[float, Field(allow_inf_nan=False)]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class AnomalyAnswer(_Answer):
    anomaly_id: str
    tenant: str
    measure: str
    statistic: str
    dimensions: Annotated[dict[str, str | None], Field(description="Empty for the total.")]
    window_start: datetime
    window_end: datetime
    resolution: Literal["1m", "5m", "15m", "1h"]
    detector: Annotated[str, Field(description="`learned`, or `rule:<id>`.")]
    kind: Kind
    severity: AnySeverity
    status: Status
    score: Annotated[float, Field(description="-log10 of the chance of such a value on a usual day; 0 of a rule.")]
    observed: Annotated[float | None, Field(description="Null when nothing was seen.")]
    expected: float | None
    lower: Annotated[float | None, Field(description="Of the interval of what was usual.")]
    upper: float | None
    explanation: str
    opened_at: datetime
    last_seen_at: datetime
    resolved_at: datetime | None
    resolution_reason: str | None
    group: Annotated[str | None, Field(description="The anomaly that speaks for this one in a storm of one cause.")]
    members: Annotated[int, Field(description="For how many others it speaks.")]
    common_dimensions: dict[str, str | None] | None
    alerted: Annotated[bool, Field(description="Whether people are told of it.")]
    reopened: int
    note: str | None


class AnomaliesAnswer(_Answer):
    anomalies: Annotated[list[AnomalyAnswer], Field(description="The newest first.")]
    next: Annotated[str | None, Field(description="Parameter `next` of the following page; null on the last.")]


class Decision(_Sent):
    """What a person says of an anomaly."""

    status: Annotated[
        Literal[Status.ACKNOWLEDGED, Status.SUPPRESSED, Status.RESOLVED] | None,
        Field(description="It is being looked at; nobody wants to hear of it; it is over."),
    ] = None
    false_alarm: Annotated[
        bool, Field(description="It was none: it is over, and its series alerts only from a higher score on.")
    ] = False
    note: Annotated[str | None, Field(max_length=1000)] = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.status is None and not self.false_alarm and self.note is None:
            raise ValueError("say a status, a false alarm or a note")
        if self.false_alarm and self.status not in {None, Status.RESOLVED}:
            raise ValueError("a false alarm is over")
        return self


class OperandModel(_Sent):
    measure: Annotated[str, Field(min_length=1, max_length=80)]
    statistic: Statistic

    @model_validator(mode="after")
    def _is_measured(self) -> Self:
        try:
            measure_named(self.measure)
        except RejectedError as error:
            raise ValueError(error.message) from None
        return self


class ConditionModel(_Sent):
    value: OperandModel
    operator: Operator
    bound: Finite
    divided_by: Annotated[OperandModel | None, Field(description="Then the ratio of the two is compared.")] = None


class RuleInput(_Sent):
    """Conditions that alert by themselves, or a `threshold` from which the learned detector does."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    grouping: Annotated[str, Field(max_length=120, description="The groups it looks at: total, model, team+model...")]
    where: Where = Field(default_factory=dict)
    conditions: Annotated[tuple[ConditionModel, ...], Field(max_length=MOST_CONDITIONS)] = ()
    match: Match = Match.ALL
    hold_minutes: Annotated[int, Field(ge=0, le=LONGEST_HOLD_MINUTES)] = 0
    severity: AnySeverity = Severity.MEDIUM
    measure: Annotated[str | None, Field(max_length=80, description="With a threshold: null for every measure.")] = None
    threshold: Annotated[float | None, Field(ge=1, le=100)] = None
    enabled: bool = True

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if bool(self.conditions) == (self.threshold is not None):
            raise ValueError("a rule has either conditions or a threshold")
        return self


class RuleAnswer(RuleInput):
    id: str
    tenant: str


class RulesAnswer(_Answer):
    rules: list[RuleAnswer]


class MaintenanceInput(_Sent):
    """A time in which nobody is told."""

    start: AwareDatetime
    end: AwareDatetime
    where: Where = Field(default_factory=dict)
    reason: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.end <= self.start:
            raise ValueError("the end must come after the start")
        return self


class MaintenanceAnswer(MaintenanceInput):
    id: str
    tenant: str


class MaintenancesAnswer(_Answer):
    maintenance: Annotated[list[MaintenanceAnswer], Field(description="Those that are not over.")]
