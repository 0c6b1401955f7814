"""How long data is kept: as the page says it, and at least as long as what the hub replaces keeps it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra.deployment import deployment_named
from shared.anomalies import anomaly
from shared.events import refusals
from shared.incidents import event_index, stores
from shared.privacy.request import LINK_LIFE
from shared.windows import rollups, state
from shared.windows.window import Resolution, Window

PAGE = (Path(__file__).parents[3] / "docs" / "operations.md").read_text()
PROD = deployment_named("prod")
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _of_rollups(resolution: Resolution) -> timedelta:
    window = Window(AT, resolution)
    return rollups.expires_at(window) - window.end


KEPT = {
    "archive of events": PROD.archive_retention,
    "quarantine and records given up": PROD.failure_retention,
    "open windows": state.LIFE_OF_STATE,
    "rollups of a minute": _of_rollups(Resolution.MINUTE),
    "rollups of 5 minutes": _of_rollups(Resolution.FIVE_MINUTES),
    "rollups of a quarter of an hour": _of_rollups(Resolution.QUARTER_HOUR),
    "rollups of an hour": _of_rollups(Resolution.HOUR),
    "event index": event_index.LIFE,
    "anomalies": anomaly.LIFE,
    "incidents": stores.LIFE_OF_INCIDENTS,
    "refused items by code": refusals.LIFE,
    "exports of data subjects": LINK_LIFE,
}
LEAST = {
    "archive of events": 365,
    "rollups of a minute": 30,
    "rollups of 5 minutes": 30,
    "rollups of a quarter of an hour": 90,
    "rollups of an hour": 365,
    "event index": 30,
    "anomalies": 90,
    "incidents": 90,
}
"""Days. A quarter of an hour for what was kept by the hour, an hour for what was kept by the day."""


@pytest.mark.parametrize("what", KEPT)
def test_the_page_says_how_long_each_kind_of_data_is_kept(what: str) -> None:
    (said,) = re.findall(rf"^\| {what} \|.*?(\d+) days", PAGE, re.MULTILINE)

    assert timedelta(days=int(said)) == KEPT[what]


@pytest.mark.parametrize("what", LEAST)
def test_data_is_kept_as_long_as_it_has_to_be(what: str) -> None:
    assert KEPT[what] >= timedelta(days=LEAST[what])
