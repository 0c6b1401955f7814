"""Incidents: one storm is one story, with its causes in order; it grows, merges and ends."""

from dataclasses import replace
from datetime import timedelta

from shared.incidents.correlate import correlate
from shared.incidents.incident import QUIET, Incident, IncidentStatus, continued, incidents_of
from shared.incidents.scene import Scene
from shared.incidents.signal import Signal, SignalKind, in_order
from tests.builders.signals import MODEL, PROVIDER, START, TEAM, a_signal

CALLEES = {TEAM: frozenset({MODEL}), MODEL: frozenset({PROVIDER})}
ANN = ("user:ann",)


def a_wave(first: int = 0, last: int = 6, who: tuple[str, ...] = ANN) -> list[Signal]:
    return [
        a_signal(f"{who[0]} {n}", seconds=40 * n, kind=SignalKind.THREAT, indicators=who, severity=0.75)
        for n in range(first, last)
    ]


def a_bill() -> list[Signal]:
    return [
        a_signal("tokens", seconds=300, kind=SignalKind.TOKENS, is_anomaly=True, components=(MODEL, TEAM)),
        a_signal("cost", seconds=600, kind=SignalKind.COST, is_anomaly=True, magnitude=70.0, severity=1.0),
    ]


def told(signals: list[Signal]) -> list[Incident]:
    scene = Scene(in_order(signals), CALLEES)
    return incidents_of(correlate(scene), scene)


def test_an_attack_that_makes_tokens_and_cost_grow_is_one_incident_with_the_attacker_as_cause() -> None:
    (incident,) = told(a_wave() + a_bill())

    cause = incident.causes[0]
    assert (cause.kind, cause.about) == (SignalKind.THREAT, "user:ann")
    assert incident.title == "cost cost. Suspected cause: threat user:ann 0 (user:ann)"
    assert incident.impact.additional_cost_usd == 70
    assert incident.impact.users == 1


def test_a_slow_provider_is_the_cause_of_what_calls_it() -> None:
    slow = [
        a_signal(component.name, kind=SignalKind.LATENCY, is_anomaly=True, components=(component,), severity=0.75)
        for component in (TEAM, MODEL, PROVIDER)
    ]

    (incident,) = told(slow)

    assert incident.causes[0].about == str(PROVIDER)


def test_what_is_unrelated_is_another_incident() -> None:
    elsewhere = replace(a_signal(), components=()).components
    other = [replace(signal, components=elsewhere) for signal in a_wave(who=("user:ben",))]

    assert len(told(a_wave() + other)) == 2


def test_slight_signals_are_no_incident() -> None:
    slight = [replace(signal, severity=0.4) for signal in a_wave()]

    assert told(slight) == []


def test_an_incident_that_grows_keeps_its_id_and_asking_again_changes_nothing() -> None:
    (first,) = told(a_wave())
    now = START + timedelta(minutes=12)

    (grown,) = continued(told(a_wave() + a_bill()), [first], now)

    assert grown.id == first.id
    assert len(grown.signals) > len(first.signals)
    assert continued(told(a_wave() + a_bill()), [grown], now) == []


def test_an_earlier_signal_that_comes_late_does_not_make_it_another_incident() -> None:
    (first,) = told(a_wave(first=2))

    (grown,) = continued(told(a_wave()), [first], START)

    assert grown.id == first.id


def test_two_incidents_that_turn_out_to_be_one_are_merged_into_the_older() -> None:
    (older,), (younger,) = told(a_wave(last=4)), told(a_bill())

    changes = {incident.id: incident for incident in continued(told(a_wave() + a_bill()), [older, younger], START)}

    assert changes[younger.id].status is IncidentStatus.MERGED
    assert changes[younger.id].merged_into == older.id
    assert changes[older.id].status is IncidentStatus.OPEN


def test_an_incident_is_resolved_after_half_an_hour_of_quiet() -> None:
    (incident,) = told(a_wave())
    late = incident.last_signal_at + QUIET

    assert continued([], [incident], late) == []
    (ended,) = continued([], [incident], late + timedelta(seconds=1))

    assert ended.status is IncidentStatus.RESOLVED
    assert continued([], [ended], late + timedelta(hours=1)) == []


def test_what_is_over_is_opened_again_by_a_new_signal_only() -> None:
    (incident,) = told(a_wave())
    ended = incident.resolved(START)

    assert continued(told(a_wave()), [ended], START) == []
    (again,) = continued(told(a_wave(last=7)), [ended], START)

    assert (again.id, again.status) == (incident.id, IncidentStatus.OPEN)
