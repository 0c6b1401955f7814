"""A mirror filled from what the hub has kept."""

from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools import Logger, Metrics

from functions.timestream.backfill import Backfill
from functions.timestream.serve import Operations
from shared.windows.groups import GROUPINGS
from shared.windows.rollups import Rollup
from shared.windows.window import Resolution, Window
from tests.fakes.rollup_store import InMemoryRollupStore
from tests.unit.timestream.test_mirror import MirroredHub, calls

MIDNIGHT = datetime(2026, 11, 1, tzinfo=UTC)
HOURS = [Window(MIDNIGHT + timedelta(hours=number), Resolution.HOUR) for number in range(3)]


class KeptHub(MirroredHub):
    """Of three hours the last still has its head."""

    def __init__(self) -> None:
        super().__init__()
        self.rollups = InMemoryRollupStore()
        for number, hour in enumerate(HOURS, 1):
            self.rollups.put([Rollup(key, hour, number, rows) for key, rows in calls(number).per_key()])
        self.close(HOURS[-1], 3, calls(3))
        backfill = Backfill(self.stage, self.rollups, self.mirror, GROUPINGS)
        self.operations = Operations(
            self.stage, backfill, Logger(service="test"), Metrics(service="test", namespace="test")
        )

    def ask(self, remaining_milliseconds: int = 900_000, **changes: Any) -> dict[str, Any]:
        asked = {
            "command": "backfill",
            "resolution": "1h",
            "from": MIDNIGHT.isoformat(),
            "to": (MIDNIGHT + timedelta(hours=3)).isoformat(),
            "tenants": ["acme"],
        }
        return self.operations.serve({**asked, **changes}, remaining_milliseconds)


def test_old_windows_come_from_their_rollups_and_young_ones_as_they_are_current() -> None:
    hub = KeptHub()

    said = hub.ask()

    assert said == {"windows": 3, "points": 3 * 14, "refused": 0, "next": None}
    total = {
        at: row for (at, key, measure), row in hub.mirror.rows.items() if key[1:] == ("total",) and measure == "events"
    }
    assert {at: (row["count"], row["version"]) for at, row in total.items()} == {
        hour: (number, number) for number, hour in enumerate(HOURS, 1)
    }
    assert set(hub.looks.looks) == {HOURS[-1]}


def test_rollups_are_of_the_tenants_asked_for() -> None:
    hub = KeptHub()

    said = hub.ask(tenants=["umbrella"])

    assert said["windows"] == 1
    assert {at for at, _, _ in hub.mirror.rows} == {HOURS[-1]}


def test_when_time_is_up_it_says_where_to_go_on() -> None:
    hub = KeptHub()

    said = hub.ask(remaining_milliseconds=60_000)

    assert said == {"windows": 0, "points": 0, "refused": 0, "next": MIDNIGHT.isoformat()}


def test_what_is_no_command_is_refused_with_an_example() -> None:
    said = KeptHub().ask(resolution="2h")

    assert said["error"]["code"] == "invalid_command"
    assert '"resolution": "1h"' in said["error"]["message"]
