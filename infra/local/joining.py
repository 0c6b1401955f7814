"""Waits for the incidents that the hub makes of a run's story, and shows what they say."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from infra.local.hub import Hub
from perf.workloads.story import ATTACKER

_PATIENCE_SECONDS = 90
_MOST_SUSPECTS = 3

Json = dict[str, Any]


def incidents_of(hub: Hub, tell: Callable[[str], None]) -> list[Json]:
    """The newest first, once one of them tells of the attack and names who was behind it; else as they are at last."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        found: list[Json] = hub.get("/v1/incidents")["incidents"]
        if not shortfalls(found) or time.monotonic() > give_up:
            return found
        tell(f"{len(found)} incidents so far")
        time.sleep(2)


def shortfalls(incidents: Sequence[Json]) -> list[str]:
    """The attack must be one incident, its first suspect whoever made it, and its cost and policies in it."""
    told = [incident for incident in incidents if incident["impact"]["threats"] and incident["status"] != "merged"]
    attacks = [incident for incident in told if ATTACKER in incident["suspected_causes"][0]["about"]]
    if not attacks:
        return ["no incident says who was behind the wave of prompt injections"]
    more = [f"one attack is told as {len(attacks)} incidents"] if len(attacks) > 1 else []
    return more + [f"the attack's incident knows of no {what}" for what in _missing(attacks[0])]


def _missing(attack: Json) -> list[str]:
    impact = attack["impact"]
    return [
        what for what, there in (("cost", impact["additional_cost_usd"]), ("policy", impact["violations"])) if not there
    ]


def show(console: Console, incidents: Sequence[Json]) -> None:
    table = Table(title="What belongs together: incidents and their suspected causes")
    table.add_column("opened", no_wrap=True)
    table.add_column("incident", overflow="fold")
    table.add_column("impact", no_wrap=True)
    table.add_column("suspected causes, the likeliest first", overflow="fold")
    for incident in incidents:
        opened = datetime.fromisoformat(incident["opened_at"])
        table.add_row(f"{opened:%H:%M}", incident["title"], _impact(incident["impact"]), _suspects(incident))
        table.add_section()
    console.print(table)


def _impact(impact: Json) -> str:
    told = (
        (impact["level"], True),
        (f"{impact['threats']} threats", impact["threats"]),
        (f"{impact['violations']} breaches", impact["violations"]),
        (f"{impact['additional_cost_usd']:,.2f} USD more", impact["additional_cost_usd"]),
    )
    return "\n".join(text for text, is_there in told if is_there)


def _suspects(incident: Json) -> str:
    causes = incident["suspected_causes"][:_MOST_SUSPECTS]
    return "\n".join(
        f"{cause['score']:.2f} {cause['kind']} of {cause['about']}: {cause['summary']}" for cause in causes
    )
