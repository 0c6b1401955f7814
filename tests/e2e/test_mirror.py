"""Closed windows reach a real InfluxDB from the whole hub on the emulator."""

import time

import pytest

from infra.local.hub import Hub
from tests.builders.influx import Influxd
from tests.e2e.conftest import LocalHub
from tests.e2e.early import Early

pytestmark = [pytest.mark.network, pytest.mark.timeout(300)]

PATIENCE_SECONDS = 200
TENANT = "mirrored"


def mirrored_events(influx: Influxd) -> int:
    rows = influx.rows(
        f'SELECT sum("count") AS count FROM window_1m '  # noqa: S608 (ours)
        f"WHERE tenant = '{TENANT}' AND grouping = 'total' AND measure = 'events'"
    )
    return sum(row["count"] for row in rows)


def requests_by_model(influx: Influxd) -> dict[str | None, tuple[int, float]]:
    """Calls and tokens as Grafana would ask for them."""
    rows = influx.rows(
        f'SELECT sum("sum") AS sum, sum("count") AS count FROM window_1m '  # noqa: S608 (ours)
        f"WHERE tenant = '{TENANT}' AND grouping = 'model' AND measure = 'input_tokens' GROUP BY model"
    )
    return {row["model"] or None: (row["count"], row["sum"]) for row in rows}


def of_the_api(hub: Hub) -> dict[str | None, tuple[int, float]]:
    answer = hub.get("/v1/metrics", measure="input_tokens", group_by="model", resolution="1m", start="now-1h")
    return {
        series["dimensions"]["model"]: (
            sum(point["count"] for point in series["points"]),
            sum(point["sum"] for point in series["points"]),
        )
        for series in answer["series"]
    }


def test_what_the_api_answers_is_what_grafana_finds(local_hub: LocalHub, early: Early) -> None:
    if local_hub.influx is None:
        pytest.skip("a hub elsewhere has no InfluxDB on this machine")
    sent = early.mirrored

    give_up = time.monotonic() + PATIENCE_SECONDS
    while mirrored_events(local_hub.influx) < len(sent.events) and time.monotonic() < give_up:
        time.sleep(1)

    assert sent.accepted == len(sent.events)
    assert mirrored_events(local_hub.influx) == len(sent.events)
    assert requests_by_model(local_hub.influx) == of_the_api(sent.hub) != {}
