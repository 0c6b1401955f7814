"""What a tenant says about its alerts: rules, maintenance windows, and the bars that false alarms have raised."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from operator import eq, ge, gt, le, lt
from typing import Final, Protocol

from shared.anomalies.anomaly import Series, Severity
from shared.anomalies.watched import Statistic, value_of
from shared.windows.table import Key, SummaryTable
from shared.windows.window import Window

Where = dict[str, str | None]

LIFE_OF_BARS: Final = timedelta(days=90)
RAISED_BY: Final = 1.0
"""How far above a false alarm's score the bar of its series is put."""


class Operator(StrEnum):
    GREATER = "greater_than"
    GREATER_OR_EQUAL = "greater_or_equal"
    LESS = "less_than"
    LESS_OR_EQUAL = "less_or_equal"
    EQUAL = "equal"

    def holds(self, value: float, bound: float) -> bool:
        return bool(_OPERATIONS[self](value, bound))


_OPERATIONS = {
    Operator.GREATER: gt,
    Operator.GREATER_OR_EQUAL: ge,
    Operator.LESS: lt,
    Operator.LESS_OR_EQUAL: le,
    Operator.EQUAL: eq,
}


class Match(StrEnum):
    ALL = "all"
    ANY = "any"


@dataclass(frozen=True, slots=True)
class Operand:
    measure: str
    statistic: Statistic

    def of(self, table: SummaryTable, key: Key) -> float | None:
        """What was not counted was not there: 0; what was not measured is unknown: None."""
        value = value_of(table, key, self.measure, self.statistic)
        return 0.0 if value is None and self.statistic in {Statistic.COUNT, Statistic.SUM} else value


@dataclass(frozen=True, slots=True)
class Condition:
    """A value, or the ratio of two, compared with a bound."""

    value: Operand
    operator: Operator
    bound: float
    divided_by: Operand | None = None

    def measured(self, table: SummaryTable, key: Key) -> float | None:
        value = self.value.of(table, key)
        if self.divided_by is None or value is None:
            return value
        divisor = self.divided_by.of(table, key)
        return value / divisor if divisor else None


@dataclass(frozen=True, slots=True)
class Rule:
    """A user's rule: `conditions`, all or any of which must hold in a group of `grouping` for `hold_minutes` on end.

    A rule without conditions has a `threshold` instead: the score from which the learned detector alerts, in the series
    of `measure` (None: all) that are `where`.
    """

    id: str
    tenant: str
    name: str
    grouping: str = "total"
    where: Where = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()
    match: Match = Match.ALL
    hold_minutes: int = 0
    severity: Severity = Severity.MEDIUM
    measure: str | None = None
    threshold: float | None = None
    enabled: bool = True

    @property
    def detector(self) -> str:
        return f"rule:{self.id}"

    def is_about(self, key: Key) -> bool:
        series = Series(key, "", "")
        return key[:2] == (self.tenant, self.grouping) and covers(self.where, series)

    def holds(self, table: SummaryTable, key: Key) -> bool:
        """An unknown value fulfils no condition."""
        answers = [
            value is not None and condition.operator.holds(value, condition.bound)
            for condition in self.conditions
            for value in (condition.measured(table, key),)
        ]
        return any(answers) if self.match is Match.ANY else all(answers)


@dataclass(frozen=True, slots=True)
class Maintenance:
    """A time in which nobody is to be told what goes on `where` (everywhere, if nothing is named)."""

    id: str
    tenant: str
    start: datetime
    end: datetime
    where: Where = field(default_factory=dict)
    reason: str = ""

    def covers(self, series: Series, window: Window) -> bool:
        overlaps = self.start < window.end and window.start < self.end
        return overlaps and covers(self.where, series)


@dataclass(frozen=True, slots=True)
class Bar:
    """From which score a series alerts, since somebody called its alarm false."""

    series: Series
    score: float
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Policy:
    """All that a tenant has said."""

    rules: Sequence[Rule] = ()
    maintenance: Sequence[Maintenance] = ()
    bars: Sequence[Bar] = ()

    def threshold(self, series: Series, usual: float, now: datetime) -> float:
        """The last rule that names the series wins over the usual threshold; a bar only raises it."""
        for rule in self.rules:
            if rule.enabled and rule.threshold is not None and _means(rule, series):
                usual = rule.threshold
        raised = (bar.score for bar in self.bars if bar.series == series and bar.expires_at > now)
        return max(usual, *raised, usual)

    @property
    def has_thresholds(self) -> bool:
        return bool(self.bars) or any(rule.threshold is not None for rule in self.rules)

    def is_maintained(self, series: Series, window: Window) -> bool:
        return any(each.covers(series, window) for each in self.maintenance)


class PolicyStore(Protocol):
    def policy(self, tenant: str) -> Policy: ...

    def put_rule(self, rule: Rule) -> None: ...

    def delete_rule(self, tenant: str, rule_id: str) -> bool:
        """False if there is none."""
        ...

    def put_maintenance(self, maintenance: Maintenance) -> None: ...

    def delete_maintenance(self, tenant: str, maintenance_id: str) -> bool: ...

    def raise_bar(self, bar: Bar) -> None: ...


def covers(where: Where, series: Series) -> bool:
    """Whether a series is in this place: it has each of its dimensions.

    >>> slow = Series(("acme", "team+model", "search", "gpt-4o"), "latency_ms", "p95")
    >>> covers({"model": "gpt-4o"}, slow), covers({"provider": "openai"}, slow), covers({}, slow)
    (True, False, True)
    """
    has = series.dimensions
    return all(name in has and has[name] == value for name, value in where.items())


def _means(rule: Rule, series: Series) -> bool:
    return rule.measure in {None, series.measure} and covers(rule.where, series)
