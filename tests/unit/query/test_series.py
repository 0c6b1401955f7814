from datetime import timedelta
from typing import Any

from functions.query.models import SeriesAnswer
from functions.query.parameters import SeriesParameters
from functions.query.series import Series
from tests.builders.hub import ACME, NOON, SeededHub
from tests.builders.tables import cell

MINUTE = timedelta(minutes=1)


def series(hub: SeededHub, **asked: str) -> SeriesAnswer:
    values: dict[str, Any] = {name: [text] for name, text in asked.items()}
    return Series(hub.windows, lambda: NOON).answer(
        ACME, SeriesParameters.of({"multiValueQueryStringParameters": values})
    )


def test_a_series_is_listed_with_its_events_and_measures_open_or_closed() -> None:
    hub = SeededHub()
    hub.observe(NOON - 90 * MINUTE, cell("gpt-4o"), requests=1)
    hub.observe(NOON - 2 * MINUTE, cell("gpt-4o"), latency_ms=5)
    hub.observe(NOON - MINUTE, cell("claude"), requests=1)
    hub.close(NOON - 5 * MINUTE)

    claude, gpt = series(hub, group_by="model").series

    assert (claude.dimensions, claude.events, claude.measures) == ({"model": "claude"}, 1, ["events", "requests"])
    assert (gpt.dimensions, gpt.events) == ({"model": "gpt-4o"}, 2)
    assert gpt.measures == ["events", "latency_ms", "requests"]


def test_series_outside_the_range_are_not_listed() -> None:
    hub = SeededHub()
    hub.observe(NOON - 90 * MINUTE, requests=1)
    hub.close(NOON)

    assert series(hub, start="now-1h").series == []


def test_series_are_filtered() -> None:
    hub = SeededHub()
    hub.observe(NOON - MINUTE, cell("gpt-4o", team="search"), requests=1)
    hub.observe(NOON - MINUTE, cell("claude", team="search"), requests=1)
    hub.observe(NOON - MINUTE, cell("claude", team="ads"), requests=1)
    hub.close(NOON)

    found = series(hub, group_by="model", team="search").series

    assert [known.dimensions for known in found] == [
        {"team": "search", "model": "claude"},
        {"team": "search", "model": "gpt-4o"},
    ]
