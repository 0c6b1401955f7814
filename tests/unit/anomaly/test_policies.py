"""What tenants say about their alerts: rules beside the learned detector, bars, thresholds, maintenance."""

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.anomalies.anomaly import Kind, Severity, Status
from shared.anomalies.policies import Bar, Condition, Maintenance, Match, Operand, Operator, Rule
from shared.anomalies.watched import Statistic
from shared.windows.table import SummaryTable
from tests.builders.anomalies import NOON, SERIES, WatchingHub, calls
from tests.builders.tables import cell, table

REQUESTS, ERRORS = Operand("requests", Statistic.COUNT), Operand("errors", Statistic.SUM)
LATENCY = Operand("latency_ms", Statistic.P95)
MANY = Rule("r1", "acme", "Many requests", conditions=(Condition(REQUESTS, Operator.GREATER, 40),))
SLOW = calls(30, latency_ms=4000)


def failing(failed: int, count: int = 30) -> SummaryTable:
    events = [(cell("gpt-4o"), {"requests": 1, "errors": int(number < failed)}) for number in range(count)]
    return table(*events)


def hub_with(*rules: Rule) -> WatchingHub:
    hub = WatchingHub()
    for rule in rules:
        hub.policies.put_rule(rule)
    return hub


def told(hub: WatchingHub) -> list[str]:
    return [explanation for kind, explanation in hub.told if kind == "Anomaly Detected"]


def test_a_threshold_alerts_from_the_first_window_on() -> None:
    hub = hub_with(MANY)

    hub.see(0, calls(41))

    assert told(hub) == ["Rule Many requests: requests is 41 (greater than 40) at 12:00 UTC."]
    (found,) = hub.anomalies.anomalies
    assert (found.kind, found.detector, found.severity) == (Kind.RULE, "rule:r1", Severity.MEDIUM)


def test_a_ratio_is_of_two_values() -> None:
    ratio = Condition(ERRORS, Operator.GREATER_OR_EQUAL, 0.2, divided_by=REQUESTS)
    hub = hub_with(replace(MANY, name="Errors", grouping="model", conditions=(ratio,)))

    hub.see(0, failing(5))
    assert told(hub) == []
    hub.see(1, failing(6))

    assert told(hub) == ["Rule Errors of gpt-4o: sum of errors by requests is 0.2 (greater or equal 0.2) at 12:05 UTC."]


def test_a_ratio_of_nothing_is_unknown_and_holds_nothing() -> None:
    ratio = Condition(ERRORS, Operator.LESS, 0.5, divided_by=REQUESTS)
    hub = hub_with(replace(MANY, conditions=(ratio,)))

    hub.see(0, table((cell(), {"threats": 1})))

    assert told(hub) == []


@pytest.mark.parametrize(("match", "is_told"), [(Match.ALL, False), (Match.ANY, True)])
def test_a_composite_needs_all_or_any_of_its_conditions(match: Match, *, is_told: bool) -> None:
    conditions = (Condition(LATENCY, Operator.GREATER, 2000), Condition(REQUESTS, Operator.GREATER, 40))
    hub = hub_with(replace(MANY, match=match, conditions=conditions))

    hub.see(0, SLOW)

    assert bool(told(hub)) is is_told


def test_a_rule_that_must_hold_for_a_while_does_not_alert_before() -> None:
    hub = hub_with(replace(MANY, hold_minutes=10))

    alerted = [hub.see(number, calls(count)).opened for number, count in enumerate((41, 30, 41, 41))]

    assert alerted == [0, 0, 0, 1]


def test_a_rule_may_watch_for_nothing_at_all() -> None:
    hub = hub_with(replace(MANY, name="Alive", conditions=(Condition(REQUESTS, Operator.LESS, 1),)))

    hub.see(0, calls(5))
    assert told(hub) == []
    hub.see(1)

    assert "Rule Alive: requests is 0 (less than 1) at 12:05 UTC." in told(hub)


@pytest.mark.parametrize(
    "rule",
    [
        replace(MANY, enabled=False),
        replace(MANY, tenant="other"),
        replace(MANY, grouping="model", where={"model": "haiku"}),
    ],
)
def test_a_rule_is_only_about_what_it_names(rule: Rule) -> None:
    hub = hub_with(rule)

    hub.see(0, calls(41))

    assert told(hub) == []


def test_a_threshold_of_the_learned_detector_is_raised_where_a_rule_says_so() -> None:
    hub = hub_with(replace(MANY, conditions=(), threshold=11.0, measure="latency_ms"))

    for number, content in enumerate((calls(30), calls(30), SLOW)):
        hub.see(number, content)

    assert told(hub) == []


def test_a_bar_raised_by_a_false_alarm_holds_for_its_series_alone_until_it_expires() -> None:
    hub = WatchingHub()
    hub.policies.raise_bar(Bar(SERIES, 11.0, NOON + timedelta(minutes=30)))

    for number, content in enumerate((calls(30), calls(30), SLOW)):
        hub.see(number, content)

    assert SERIES not in [one.series for one in hub.anomalies.anomalies]
    assert len(hub.anomalies.anomalies) == 2


def test_nobody_is_told_of_what_begins_in_a_maintenance_window() -> None:
    hub = WatchingHub()
    hub.policies.put_maintenance(Maintenance("m1", "acme", NOON, NOON + timedelta(hours=1), {"model": "gpt-4o"}))
    hub.policies.put_maintenance(Maintenance("m2", "acme", NOON, NOON + timedelta(hours=1), {"team": "search"}))

    for number, content in enumerate((calls(30), calls(30), SLOW)):
        hub.see(number, content)

    assert told(hub) == []
    assert {one.status for one in hub.anomalies.anomalies} == {Status.SUPPRESSED}


def test_what_is_less_severe_than_people_want_to_hear_is_only_recorded() -> None:
    hub = hub_with(replace(MANY, severity=Severity.LOW))

    hub.see(0, calls(41))

    assert told(hub) == []
    assert [one.alerted for one in hub.anomalies.anomalies] == [False]
