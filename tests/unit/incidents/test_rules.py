"""The eight rules: what each joins, and what it leaves alone."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from shared.incidents.correlate import RULES, correlate
from shared.incidents.correlation import STRENGTHS, CorrelationType
from shared.incidents.scene import Scene
from shared.incidents.signal import Signal, SignalKind, in_order
from tests.builders.signals import MODEL, OTHER_TEAM, PROVIDER, TEAM, a_signal

CALLEES = {TEAM: frozenset({MODEL}), MODEL: frozenset({PROVIDER})}


def found(kind: CorrelationType, signals: list[Signal], **scene: Any) -> list[set[str]]:
    findings = RULES[kind](Scene(in_order(signals), **scene))
    return [{signal.id for signal in finding.signals} for finding in findings]


def an_anomaly(id_: str, kind: SignalKind, **fields: Any) -> Signal:
    return a_signal(id_, kind=kind, is_anomaly=True, **fields)


def test_a_chain_is_made_of_children_that_name_their_parents() -> None:
    signals = [
        a_signal("tool"),
        a_signal("agent", seconds=5, parent_id="tool"),
        a_signal("user", seconds=9, parent_id="agent"),
        a_signal("alone", seconds=9),
    ]

    assert found(CorrelationType.CAUSAL_CHAIN, signals) == [{"tool", "agent", "user"}]


@pytest.mark.parametrize(
    "parent",
    [{"severity": 0.25}, {"seconds": 9}, {"seconds": -61}, {"kind": SignalKind.COST}],
    ids=["slight", "later", "long before", "an effect by nature"],
)
def test_a_parent_that_cannot_be_the_cause_makes_no_chain(parent: dict[str, Any]) -> None:
    signals = [a_signal("parent", **parent), a_signal("child", seconds=5, parent_id="parent")]

    assert found(CorrelationType.CAUSAL_CHAIN, signals) == []


def test_a_series_that_foretells_another_is_a_cause() -> None:
    draw = np.random.default_rng(1)
    tokens = draw.normal(size=200)
    latency = np.roll(tokens, 1) + 0.3 * draw.normal(size=200)
    signals = [an_anomaly("tokens", SignalKind.TOKENS), an_anomaly("latency", SignalKind.LATENCY, seconds=60)]
    series = {(SignalKind.TOKENS, MODEL): tokens, (SignalKind.LATENCY, MODEL): latency}

    assert found(CorrelationType.CAUSAL_CHAIN, signals, series=series) == [{"tokens", "latency"}]


def test_two_series_that_follow_all_traffic_do_not_cause_each_other() -> None:
    draw = np.random.default_rng(2)
    traffic = draw.normal(size=200)
    series = {
        (SignalKind.TOKENS, MODEL): traffic + 0.3 * draw.normal(size=200),
        (SignalKind.LATENCY, MODEL): np.roll(traffic, 1) + 0.3 * draw.normal(size=200),
    }
    signals = [an_anomaly("tokens", SignalKind.TOKENS), an_anomaly("latency", SignalKind.LATENCY, seconds=60)]

    assert found(CorrelationType.CAUSAL_CHAIN, signals, series=series, driver=traffic) == []


def test_streams_that_come_together_again_and_again_are_joined() -> None:
    minutes = (0, 7, 15, 26, 33, 48, 60)
    signals = [a_signal(f"pool{m}", seconds=60 * m, components=(PROVIDER,)) for m in minutes]
    signals += [a_signal(f"bad{m}", seconds=60 * m + 20, kind=SignalKind.QUALITY) for m in minutes]

    assert found(CorrelationType.TEMPORAL, signals) == [{signal.id for signal in signals}]


def test_streams_that_come_at_random_are_not() -> None:
    draw = np.random.default_rng(3)
    signals = [a_signal(f"a{n}", seconds=float(at)) for n, at in enumerate(draw.uniform(0, 3600, 12))]
    signals += [
        a_signal(f"b{n}", seconds=float(at), components=(PROVIDER,)) for n, at in enumerate(draw.uniform(0, 3600, 12))
    ]

    assert found(CorrelationType.TEMPORAL, signals) == []


def test_a_known_sequence_is_told_with_other_steps_between() -> None:
    steps = ("error", "retry", "retry", "timeout", "breaker_open")
    signals = [a_signal(f"{place}", seconds=10 * place, step=step) for place, step in enumerate(steps)]

    assert found(CorrelationType.PATTERN_MATCH, signals) == [{"0", "1", "3", "4"}]


def test_a_sequence_that_takes_too_long_or_spans_components_is_none() -> None:
    steps = ("error", "retry", "timeout", "breaker_open")
    slow = [a_signal(f"slow{place}", seconds=200 * place, step=step) for place, step in enumerate(steps)]
    apart = [
        a_signal(f"apart{place}", step=step, components=((TEAM, OTHER_TEAM)[place % 2],))
        for place, step in enumerate(steps)
    ]

    assert found(CorrelationType.PATTERN_MATCH, slow + apart) == []


def test_anomalies_of_neighbours_are_joined_and_of_strangers_not() -> None:
    signals = [
        an_anomaly("tokens", SignalKind.TOKENS),
        an_anomaly("latency", SignalKind.LATENCY, seconds=300, components=(PROVIDER,)),
        an_anomaly("stranger", SignalKind.LATENCY, seconds=300, components=(OTHER_TEAM,)),
    ]

    assert found(CorrelationType.ANOMALY, signals, callees=CALLEES) == [{"tokens", "latency"}]


def test_money_is_joined_with_what_happened_to_the_same_component_before() -> None:
    signals = [
        an_anomaly("tokens", SignalKind.TOKENS),
        an_anomaly("cost", SignalKind.COST, seconds=300, magnitude=90.0),
        an_anomaly("elsewhere", SignalKind.TOKENS, components=(OTHER_TEAM,)),
        an_anomaly("long ago", SignalKind.TOKENS, seconds=-1801),
    ]

    assert found(CorrelationType.COST_IMPACT, signals) == [{"tokens", "cost"}]


def test_a_change_explains_only_the_cost_of_what_it_changed() -> None:
    cost = an_anomaly("cost", SignalKind.COST, seconds=60, components=(MODEL, TEAM))
    of_model = a_signal("of model", kind=SignalKind.CHANGE)
    by_team = a_signal("by team", kind=SignalKind.CHANGE, components=(PROVIDER, TEAM))

    assert found(CorrelationType.COST_IMPACT, [cost, of_model, by_team]) == [{"cost", "of model"}]


def test_an_attack_is_what_one_indicator_leads_to() -> None:
    signals = [
        a_signal(f"t{n}", seconds=60 * n, kind=SignalKind.THREAT, indicators=("user:ann", f"ip:{n}")) for n in range(4)
    ]
    signals.append(a_signal("broken", seconds=100, kind=SignalKind.POLICY, indicators=("user:ann",)))

    assert found(CorrelationType.SECURITY_INCIDENT, signals) == [{"t0", "t1", "t2", "t3", "broken"}]


def test_threats_chained_by_different_indicators_are_no_attack() -> None:
    shared = ["ip:1", "user:ann", "ip:2", "user:ben"]
    signals = [
        a_signal(f"t{n}", seconds=n, kind=SignalKind.THREAT, indicators=pair) for n, pair in enumerate(pairwise(shared))
    ]

    assert found(CorrelationType.SECURITY_INCIDENT, signals) == []


def test_slowness_spreads_along_calls() -> None:
    signals = [
        an_anomaly("provider", SignalKind.LATENCY, components=(PROVIDER,)),
        an_anomaly("model", SignalKind.LATENCY, seconds=60),
        an_anomaly("stranger", SignalKind.LATENCY, seconds=60, components=(OTHER_TEAM,)),
    ]

    assert found(CorrelationType.PERFORMANCE_DEGRADATION, signals, callees=CALLEES) == [{"provider", "model"}]


def test_breaches_of_several_rules_by_one_user_are_a_cascade() -> None:
    who: dict[str, Any] = {"indicators": ("user:ann",)}
    signals = [
        a_signal("policy", kind=SignalKind.POLICY, subject="pii", **who),
        a_signal("privacy", seconds=60, kind=SignalKind.PRIVACY, subject="email", **who),
        a_signal("check", seconds=90, kind=SignalKind.COMPLIANCE, subject="GDPR", **who),
        a_signal("other", seconds=90, kind=SignalKind.COMPLIANCE, subject="SOC2", indicators=("user:ben",)),
    ]

    assert found(CorrelationType.COMPLIANCE_CASCADE, signals) == [{"policy", "privacy", "check"}]


def test_strength_lies_in_its_types_range_and_order_does_not_matter() -> None:
    signals = [
        a_signal(f"t{n}", seconds=60 * n, kind=SignalKind.THREAT, indicators=("user:ann",), severity=1.0)
        for n in range(9)
    ]

    forwards = correlate(Scene(in_order(signals)))
    backwards = correlate(Scene(in_order([*reversed(signals), *signals])))

    low, high = STRENGTHS[CorrelationType.SECURITY_INCIDENT]
    assert forwards == backwards
    assert all(low <= finding.strength <= high for finding in forwards)
