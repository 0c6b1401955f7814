"""What an event says to those who look for incidents."""

from typing import Any

import pytest

from shared.incidents.from_events import signals_of
from shared.incidents.signal import Component, ComponentKind, Signal, SignalKind
from tests.builders.events import LEAVES, custom_json, event, payload_json

QUIET = {("telemetry", "latency"), ("telemetry", "throughput"), ("telemetry", "token_usage")} | {
    ("telemetry", "model_performance"),
    ("telemetry", "inference"),
    ("security", "privacy"),
    ("cost", "token_cost"),
    ("cost", "api_cost"),
    ("cost", "resource_consumption"),
    ("governance", "compliance_check"),
    ("governance", "data_lineage"),
}


def signals(kind: str, leaf: str, *, tags: dict[str, str] | None = None, **changes: Any) -> list[Signal]:
    told = event(payload=payload_json(kind, leaf, **changes), tags=tags or {})
    return list(signals_of([told], "acme"))


@pytest.mark.parametrize(("kind", "leaf"), LEAVES)
def test_every_kind_of_event_is_a_signal_or_ordinary(kind: str, leaf: str) -> None:
    assert len(signals(kind, leaf)) == ((kind, leaf) not in QUIET)


@pytest.mark.parametrize(
    ("kind", "leaf", "changes"),
    [
        ("telemetry", "inference", {"error_type": "timeout"}),
        ("security", "privacy", {"user_consent": False}),
        ("governance", "compliance_check", {"passed": False}),
    ],
)
def test_what_went_wrong_is_a_signal(kind: str, leaf: str, changes: dict[str, Any]) -> None:
    assert len(signals(kind, leaf, **changes)) == 1


def test_a_threat_names_what_it_aims_at_and_who_it_comes_from_but_quotes_no_prompt() -> None:
    (signal,) = signals("security", "threat", tags={"user_id": "ann"})

    assert signal.kind is SignalKind.THREAT
    assert signal.severity == 0.75
    assert signal.components == (Component(ComponentKind.MODEL, "chat"),)
    assert signal.indicators == ("ip:192.0.2.7", "user:ann")


def test_a_failed_call_names_model_team_and_provider_and_its_step() -> None:
    (signal,) = signals("telemetry", "inference", error_type="rate_limit")

    assert [component.kind for component in signal.components] == ["model", "team", "provider"]
    assert signal.step == "throttled"


def test_a_retry_of_a_custom_kind_is_a_step() -> None:
    (signal,) = signals_of([event(payload=custom_json({}, "retry"), tags={"service": "search-api"})], "acme")

    assert (signal.step, signal.components) == ("retry", (Component(ComponentKind.SERVICE, "search-api"),))


def test_an_error_of_an_ordinary_kind_is_a_signal_by_its_severity() -> None:
    (signal,) = signals_of([event(payload=payload_json("telemetry", "latency"), severity="error")], "acme")

    assert (signal.kind, signal.severity) == (SignalKind.ERRORS, 0.5)


def test_a_policy_violation_shares_the_user_of_a_threat() -> None:
    (signal,) = signals("governance", "policy_violation", user_id="ann")

    assert {"user:ann", "ioc:ann", "resource:chat"} == set(signal.indicators)
    assert signal.subject == "p-1"
