"""Five incidents in the last half hour of a workload: what the hub is asked to find, name and tell.

The same arguments always give the same events.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from perf.workloads.calls import Json, call, envelope, uuid
from perf.workloads.catalog import HAIKU, TEAMS, Team

Change = Callable[[Json], None]

LENGTH = timedelta(minutes=27)
"""Before the first incident begins nothing is out of the ordinary."""
SLOW_MODEL, FAILING_MODEL, SPENDING_TEAM = "text-embedding-3-small", "gpt-5-mini", "documents"
ATTACKED_TEAM, ATTACKER = "support", "user-mallory"
THREATS = 90


@dataclass(frozen=True, slots=True)
class Incident:
    """What happened in [start, end), and the measures and dimensions by which it can be told.

    `within` are places that lie wholly in `where`.
    """

    name: str
    start: datetime
    end: datetime
    measures: frozenset[str]
    where: tuple[str, str] | None = None
    within: frozenset[tuple[str, str]] = frozenset()


def incidents(anchor: datetime) -> tuple[Incident, ...]:
    """In the last half hour before the anchor, one after another, with quiet minutes between them."""

    def between(first: int, last: int) -> tuple[datetime, datetime]:
        minute = anchor.replace(second=0, microsecond=0)
        return minute - timedelta(minutes=first), minute - timedelta(minutes=last)

    return (
        Incident("slow model", *between(26, 23), frozenset({"latency_ms", "ttft_ms"}), ("model", SLOW_MODEL)),
        Incident("error burst", *between(21, 18), frozenset({"errors"})),
        Incident(
            "cost spike",
            *between(16, 13),
            frozenset({"computed_cost_usd", "reported_cost_usd", "input_tokens", "output_tokens"}),
            ("team", SPENDING_TEAM),
            _only_of(SPENDING_TEAM),
        ),
        Incident("prompt-injection wave", *between(11, 8), frozenset({"threats", "critical_threats"})),
        Incident("traffic stop", *between(4, 0), frozenset({"requests"})),
    )


def _only_of(name: str) -> frozenset[tuple[str, str]]:
    """The models that no other team uses."""
    others = {model for team in TEAMS if team.name != name for model in team.models}
    return frozenset(
        ("model", model.model_id) for team in TEAMS if team.name == name for model in team.models if model not in others
    )


def with_story(seed: int, events: Sequence[Json], anchor: datetime) -> list[Json]:
    """The events with the incidents in them, in the order of time."""
    random = Random(seed)
    slow, failing, spending, wave, stop = incidents(anchor)
    hit = (slow, replace(failing, where=("model", FAILING_MODEL)), spending)
    changes = tuple(zip(hit, (_slower, _fail, _spend), strict=True))
    kept = []
    for event in events:
        at = datetime.fromisoformat(event["timestamp"])
        if at >= stop.start:
            continue
        _without_alarm(event)
        for incident, change in changes:
            if _is_hit(event, at, incident):
                change(event)
        kept.append(event)
    return sorted([*kept, *_wave(random, wave)], key=lambda event: str(event["timestamp"]))


def _without_alarm(event: Json) -> None:
    """Critical threats come in the wave alone: each would be told, as it should."""
    leaf = event["payload"]["data"]
    if leaf.get("threat_level") == "critical":
        leaf["threat_level"] = "high"


def _is_hit(event: Json, at: datetime, incident: Incident) -> bool:
    leaf = event["payload"]["data"]
    called = [("model", leaf.get("model_id")), ("team", leaf.get("team"))]
    is_call = leaf.get("telemetry_type") == "inference"
    return is_call and incident.start <= at < incident.end and incident.where in called


def _slower(event: Json) -> None:
    leaf = event["payload"]["data"]
    for measure in ("latency_ms", "ttft_ms"):
        if measure in leaf:
            leaf[measure] = round(leaf[measure] * 12, 3)


def _fail(event: Json) -> None:
    leaf: dict[str, Any] = event["payload"]["data"]
    leaf.pop("finish_reason", None)
    leaf.pop("reasoning_tokens", None)
    leaf.update(error_type="overloaded", output_tokens=0)
    event["severity"] = "error"


def _spend(event: Json) -> None:
    """Somebody put whole files into every prompt."""
    leaf = event["payload"]["data"]
    leaf["input_tokens"] = leaf["input_tokens"] * 40
    if "reported_cost_usd" in leaf:
        leaf["reported_cost_usd"] = round(leaf["reported_cost_usd"] * 40, 9)


def _wave(random: Random, wave: Incident) -> Iterator[Json]:
    """One user's prompt injections at a team's model: each answer is long and dear, and every third breaks a policy."""
    team = next(team for team in TEAMS if team.name == ATTACKED_TEAM)
    for number in range(THREATS):
        at = (wave.start + (wave.end - wave.start) * number / THREATS).astimezone(UTC)
        asked = _injected_call(random, at, team)
        links = {"correlation_id": asked["correlation_id"], "parent_event_id": asked["event_id"]}
        marks = {"tags": {"team": ATTACKED_TEAM, "user_id": ATTACKER}, "severity": "critical"}
        yield asked
        yield envelope(random, at, "llm-sentinel", "security", _threat(number), **links, **marks)
        if number % 3 == 0:
            yield envelope(random, at, "llm-policy-engine", "governance", _violation(number, asked), **links, **marks)


def _injected_call(random: Random, at: datetime, team: Team) -> Json:
    told = call(random, at, replace(team, models=(HAIKU,)), uuid(random))
    leaf = told["payload"]["data"]
    leaf.update(user_id=ATTACKER, input_tokens=40_000, output_tokens=12_000, finish_reason="length")
    leaf.pop("error_type", None)
    leaf["reported_cost_usd"] = 0.1
    return told | {"severity": "info"}


def _threat(number: int) -> Json:
    return {
        "security_type": "threat",
        "threat_id": f"wave-{number}",
        "threat_type": "prompt_injection",
        "threat_level": "critical" if number % 3 == 0 else "high",
        "source_ip": "203.0.113.7",
        "target_resource": HAIKU.model_id,
        "attack_vector": "user prompt",
        "mitigation_status": "detected",
        "indicators_of_compromise": [ATTACKER],
    }


def _violation(number: int, asked: Json) -> Json:
    return {
        "governance_type": "policy_violation",
        "policy_id": "pol-injection-01",
        "policy_name": "No instructions from users to the system",
        "violation_description": "the system prompt was asked for",
        "violated_rules": ["injection.system_prompt"],
        "resource_id": asked["payload"]["data"]["request_id"],
        "user_id": ATTACKER,
        "severity": "high" if number % 2 else "critical",
        "auto_remediated": False,
    }
