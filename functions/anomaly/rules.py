"""Users' rules on a window, beside what was learned."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from shared.anomalies.anomaly import Kind, Series
from shared.anomalies.episodes import Finding
from shared.anomalies.explanation import described, name_of, shown
from shared.anomalies.policies import Condition, Match, Rule
from shared.windows.table import Key, SummaryTable
from shared.windows.window import Window


def ruled(rules: Iterable[Rule], known: Iterable[Key], table: SummaryTable, window: Window) -> Iterator[Finding]:
    """What the rules find in the groups that the window has or that are known: in silence a rule may hold too."""
    rules = [rule for rule in rules if rule.enabled and rule.conditions]
    if not rules:
        return
    for key in sorted({*table.keys, *known}, key=str):
        for rule in rules:
            if rule.is_about(key) and rule.holds(table, key):
                yield _finding(rule, key, table, window)


def _finding(rule: Rule, key: Key, table: SummaryTable, window: Window) -> Finding:
    first = rule.conditions[0]
    return Finding(
        series=Series(key, first.value.measure, first.value.statistic.value),
        detector=rule.detector,
        kind=Kind.RULE,
        severity=rule.severity,
        score=0.0,
        observed=first.measured(table, key),
        expected=None,
        lower=None,
        upper=None,
        explanation=_explanation(rule, key, table, window),
        hold=timedelta(minutes=rule.hold_minutes),
    )


def _explanation(rule: Rule, key: Key, table: SummaryTable, window: Window) -> str:
    joint = " or " if rule.match is Match.ANY else " and "
    said = joint.join(_said(condition, key, table) for condition in rule.conditions)
    place = described(Series(key, "", "").dimensions)
    held = f", and has been for {rule.hold_minutes} minutes" if rule.hold_minutes else ""
    return f"Rule {rule.name}{place}: {said} at {window.start:%H:%M} UTC{held}."


def _said(condition: Condition, key: Key, table: SummaryTable) -> str:
    operand = condition.value
    series = Series(key, operand.measure, operand.statistic.value)
    value = condition.measured(table, key)
    operator = condition.operator.value.replace("_", " ")
    if condition.divided_by is None:
        return f"{name_of(series)} is {shown(series, value)} ({operator} {shown(series, condition.bound)})"
    other = Series(key, condition.divided_by.measure, condition.divided_by.statistic.value)
    ratio = "unknown" if value is None else f"{value:.4g}"
    return f"{name_of(series)} by {name_of(other)} is {ratio} ({operator} {condition.bound:.4g})"
