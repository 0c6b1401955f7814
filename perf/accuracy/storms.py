"""Whether incidents are seen for what they are: `python -m perf.accuracy.storms [SCENES]`, a line of JSON.

Each scene is an hour of one tenant: seeded traffic of 2,000 or 20,000 LLM calls with all that it brings (threats, failed logins,
breaches, failed checks: all unrelated, so they are decoys), anomalies of series that have nothing to do with each other,
and one to three injected stories of the eight types. A finding is right if at least half of its signals are of one story
that may be seen as its type; a story is found if a finding of its own type holds at least 60 % of its signals. The cause
is named if the incident that tells the story has it as first suspect. Scenes with other seeds were used while the rules
were written; these seeds were looked at three times: before busy hours were added, after, and once more.
"""

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import msgspec

from perf.accuracy.stories import STORIES, TENANT, Stage, Story
from perf.workloads.catalog import TEAMS
from perf.workloads.traffic import generate
from shared.events.event import Event
from shared.incidents.correlate import correlate
from shared.incidents.correlation import Correlation, CorrelationType
from shared.incidents.from_events import signals_of
from shared.incidents.incident import Incident, incidents_of
from shared.incidents.scene import Scene
from shared.incidents.signal import Component, ComponentKind, Signal, SignalKind, in_order

START = datetime(2026, 11, 2, 10, tzinfo=UTC)
REQUESTS = (2_000, 2_000, 2_000, 20_000)
"""Three quiet hours to a busy one, in which users and addresses meet by chance."""
DECOYS = 4
FOUND_SHARE, RIGHT_SHARE = 0.6, 0.5
FIRST_SEED = 1_000_000


def measure(scenes: int, first_seed: int = FIRST_SEED) -> dict[str, object]:
    tally = Tally()
    for seed in range(first_seed, first_seed + scenes):
        scene, stories = scene_of(seed)
        found = correlate(scene)
        tally.count(found, incidents_of(found, scene), stories)
    return tally.figures() | {"scenes": scenes}


def scene_of(seed: int) -> tuple[Scene, list[Story]]:
    random = Random(seed)
    kinds = random.sample(list(STORIES), random.randrange(1, 4))
    teams = random.sample(TEAMS, len(kinds))
    starts = [START + timedelta(minutes=random.randrange(5, 40)) for _ in kinds]
    stages = [Stage(random, start, team) for start, team in zip(starts, teams, strict=True)]
    stories = [STORIES[kind](stage) for kind, stage in zip(kinds, stages, strict=True)]
    injected = [signal for story in stories for signal in story.signals]
    requests = random.choice(REQUESTS)
    return Scene(in_order([*_traffic(seed, requests), *_decoys(random), *injected]), _callees()), stories


def _traffic(seed: int, requests: int) -> list[Signal]:
    sent = list(generate(seed, START, START + timedelta(hours=1), requests))
    return list(signals_of(msgspec.json.decode(msgspec.json.encode(sent), type=list[Event]), TENANT))


def _decoys(random: Random) -> list[Signal]:
    """Anomalies of one window each, of series that share nothing."""
    kinds = (SignalKind.LATENCY, SignalKind.TRAFFIC, SignalKind.QUALITY, SignalKind.TOKENS, SignalKind.COST)
    names = [f"batch-job-{random.getrandbits(32):08x}" for _ in range(DECOYS)]
    return [
        Stage(random, START, TEAMS[0]).anomaly(
            random.choice(kinds),
            random.randrange(11),
            random.choice((0.25, 0.5, 0.75)),
            Component(ComponentKind.SERVICE, name),
        )
        for name in names
    ]


def _callees() -> dict[Component, frozenset[Component]]:
    calls: dict[Component, set[Component]] = defaultdict(set)
    for team in TEAMS:
        for model in team.models:
            served = Component(ComponentKind.MODEL, model.model_id)
            calls[Component(ComponentKind.TEAM, team.name)].add(served)
            calls[served].add(Component(ComponentKind.PROVIDER, model.provider))
    return {caller: frozenset(callees) for caller, callees in calls.items()}


class Tally:
    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.found: Counter[str] = Counter()
        self.injected: Counter[str] = Counter()
        self.caused: Counter[str] = Counter()
        self.opened: list[int] = []
        self.false_incidents = 0

    def count(self, found: Sequence[Correlation], incidents: Sequence[Incident], stories: Sequence[Story]) -> None:
        for finding in found:
            self.told[finding.type] += 1
            self.right[finding.type] += any(_is_right(finding, story) for story in stories)
        for story in stories:
            self.injected[story.type] += 1
            self.found[story.type] += any(_finds(finding, story) for finding in found)
            self._count_incidents(incidents, story)
        injected = {signal.id for story in stories for signal in story.signals}
        self.false_incidents += sum(not injected & {s.id for s in incident.signals} for incident in incidents)

    def _count_incidents(self, incidents: Sequence[Incident], story: Story) -> None:
        ids = {signal.id for signal in story.signals}
        telling = [incident for incident in incidents if ids & {signal.id for signal in incident.signals}]
        if story.type is not CorrelationType.TEMPORAL:
            self.opened.append(len(telling))
        firsts = [(incident.causes[0].kind, incident.causes[0].about) for incident in telling]
        self.caused[story.type] += story.cause in firsts

    def figures(self) -> dict[str, object]:
        causal = [kind for kind in self.injected if kind != CorrelationType.TEMPORAL]
        return {
            "types": {
                kind: {
                    "precision": _share(self.right[kind], self.told[kind]),
                    "recall": _share(self.found[kind], self.injected[kind]),
                    "cause_first": _share(self.caused[kind], self.injected[kind]),
                    "n": self.injected[kind],
                }
                for kind in CorrelationType
            },
            "cause_first": _share(
                sum(self.caused[kind] for kind in causal), sum(self.injected[kind] for kind in causal)
            ),
            "incidents_per_story": round(sum(self.opened) / max(len(self.opened), 1), 3),
            "false_incidents": self.false_incidents,
        }


def _is_right(finding: Correlation, story: Story) -> bool:
    return finding.type in story.also and len(_common(finding, story)) >= RIGHT_SHARE * len(finding.signals)


def _finds(finding: Correlation, story: Story) -> bool:
    return finding.type == story.type and len(_common(finding, story)) >= FOUND_SHARE * len(story.signals)


def _common(finding: Correlation, story: Story) -> set[str]:
    return {signal.id for signal in finding.signals} & {signal.id for signal in story.signals}


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 3) if whole else None


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 200)))
