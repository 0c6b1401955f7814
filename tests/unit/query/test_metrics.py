"""A measure over time, as asked by a tenant: what stands in the points, and from where."""

from datetime import timedelta
from typing import Any

import pytest

from functions.query.metrics import Metrics
from functions.query.models import MetricsAnswer, Point
from functions.query.parameters import MetricsParameters
from shared.errors import RejectedRequestError
from tests.builders.hub import ACME, CELL, NOON, SeededHub
from tests.builders.tables import cell

MINUTE = timedelta(minutes=1)


def answer(hub: SeededHub, *, now: Any = NOON, **asked: Any) -> MetricsAnswer:
    request = {name: value if isinstance(value, list) else [str(value)] for name, value in asked.items()}
    return Metrics(hub.windows, lambda: now).answer(
        ACME, MetricsParameters.of({"multiValueQueryStringParameters": request})
    )


def only_points(answered: MetricsAnswer) -> list[Point]:
    [series] = answered.series
    return series.points


def test_a_point_has_the_statistics_in_the_measures_unit() -> None:
    hub = SeededHub()
    for latency in (100_000, 200_000, 300_000, 400_000):
        hub.observe(NOON - 5 * MINUTE, latency_ms=latency)
    hub.close(NOON)

    answered = answer(hub, measure="latency_ms")

    [point] = only_points(answered)
    assert (answered.measure, answered.unit, answered.resolution, answered.next) == ("latency_ms", "ms", "1m", None)
    assert (point.start, point.count, point.sum, point.min, point.max) == (NOON - 5 * MINUTE, 4, 1000, 100, 400)
    assert point.mean == 250
    assert point.std_dev == pytest.approx(111.803, rel=1e-5)
    assert point.median == pytest.approx(200, rel=0.01)
    assert (point.final, point.version) == (True, 4)


def test_what_is_counted_stays_an_integer() -> None:
    hub = SeededHub()
    hub.observe(NOON - MINUTE, input_tokens=12)
    hub.close(NOON)

    [point] = only_points(answer(hub, measure="input_tokens"))

    assert '"sum":12,' in point.model_dump_json()


def test_percentiles_are_estimated_on_demand() -> None:
    hub = SeededHub()
    for value in range(1, 1001):
        hub.observe(NOON - MINUTE, output_tokens=value)
    hub.close(NOON)

    [point] = only_points(answer(hub, measure="output_tokens", stat=["p99.9,p10", "p50"]))

    shown = point.model_dump()
    assert shown["p99.9"] == pytest.approx(999, rel=0.01)
    assert shown["p10"] == pytest.approx(100, rel=0.01)
    assert shown["p50"] == shown["median"]


def test_nothing_seen_is_no_point() -> None:
    hub = SeededHub()
    hub.observe(NOON - 9 * MINUTE, requests=1)
    hub.observe(NOON - 5 * MINUTE, threats=1)
    hub.close(NOON)

    assert len(only_points(answer(hub, measure="requests"))) == 1
    assert answer(hub, measure="errors").series == []


def test_an_open_window_is_answered_at_once_and_not_final() -> None:
    hub = SeededHub()
    hub.observe(NOON - 5 * MINUTE, requests=1)
    hub.observe(NOON - MINUTE, requests=1)
    hub.observe(NOON + timedelta(seconds=20), requests=1)
    hub.close(NOON - 2 * MINUTE)

    points = only_points(answer(hub, measure="requests", end="2026-11-22T12:10:00Z"))

    assert [(point.start, point.final) for point in points] == [
        (NOON - 5 * MINUTE, True),
        (NOON - MINUTE, False),
        (NOON, False),
    ]


@pytest.mark.parametrize("resolution", ["5m", "15m", "1h"])
def test_an_open_coarse_window_is_made_of_closed_and_open_minutes(resolution: str) -> None:
    hub = SeededHub()
    for minute in range(13):
        hub.observe(NOON + minute * MINUTE, input_tokens=10**minute)
    hub.close(NOON + 12 * MINUTE)

    points = only_points(answer(hub, now=NOON + 13 * MINUTE, measure="input_tokens", resolution=resolution))

    assert sum(point.sum for point in points) == 1_111_111_111_111
    assert points[-1].final is False
    assert sum(point.version for point in points) == 13


def test_a_hub_without_a_cursor_is_read_from_state() -> None:
    hub = SeededHub()
    hub.observe(NOON - 30 * MINUTE, requests=1)
    hub.close(NOON)
    hub.stand_at(None)

    [point] = only_points(answer(hub, measure="requests"))

    assert point.final is False


def test_the_groups_of_a_dimension_are_series_of_their_own() -> None:
    hub = SeededHub()
    hub.observe(NOON - MINUTE, cell("gpt-4o"), requests=1)
    hub.observe(NOON - MINUTE, cell("claude"), requests=1)
    hub.observe(NOON - MINUTE, cell(None), requests=1)
    hub.close(NOON)

    answered = answer(hub, measure="requests", group_by="model")

    assert [series.dimensions for series in answered.series] == [{"model": name} for name in ("claude", "gpt-4o", None)]


@pytest.mark.parametrize("close_until", [NOON, NOON - 10 * MINUTE])
@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"model": "gpt-4o"}, [({"model": "gpt-4o"}, 3)]),
        ({"team": ""}, [({"team": None}, 4)]),
        ({"team": "search", "model": "gpt-4o"}, [({"team": "search", "model": "gpt-4o"}, 1)]),
        ({"group_by": "model,team", "team": "search"}, [({"team": "search", "model": "gpt-4o"}, 1)]),
        ({"model": ["gpt-4o", "claude"]}, [({"model": "claude"}, 4), ({"model": "gpt-4o"}, 3)]),
        ({"model": "unheard-of"}, []),
    ],
)
def test_filters_use_the_grouping_that_has_their_dimensions(
    asked: dict[str, Any], expected: list[Any], close_until: Any
) -> None:
    hub = SeededHub()
    hub.observe(NOON - MINUTE, cell("gpt-4o", team="search"), input_tokens=1)
    hub.observe(NOON - MINUTE, cell("gpt-4o", team="ads"), input_tokens=2)
    hub.observe(NOON - MINUTE, cell("claude", team=None), input_tokens=4)
    hub.close(close_until)

    answered = answer(hub, measure="input_tokens", **asked)

    assert [(series.dimensions, series.points[0].sum) for series in answered.series] == expected


def test_a_combination_that_is_not_kept_names_those_that_are() -> None:
    with pytest.raises(RejectedRequestError, match="total, model, provider") as refused:
        answer(SeededHub(), measure="requests", group_by="provider", model="gpt-4o")

    assert (refused.value.status, refused.value.code) == (400, "unknown_grouping")


@pytest.mark.parametrize("close_until", [NOON, NOON - 10 * MINUTE])
def test_series_over_the_limit_stand_in_the_overflow(close_until: Any) -> None:
    hub = SeededHub(groupings=((), ("model",)), series_limit=2)
    for number in range(5):
        hub.observe(NOON - MINUTE, cell(f"model-{number}"), requests=1)
    hub.close(close_until)

    answered = answer(hub, measure="requests", group_by="model")

    [overflow] = [series for series in answered.series if "otel.metric.overflow" in series.dimensions]
    assert overflow.dimensions == {"otel.metric.overflow": True}
    assert overflow.points[0].count == 3


def test_no_tenant_sees_another() -> None:
    hub = SeededHub()
    hub.observe(NOON - MINUTE, cell(tenant="globex"), requests=1)
    hub.observe(NOON + MINUTE, cell(tenant="globex"), requests=1)
    hub.close(NOON)

    assert answer(hub, measure="requests").series == []


def test_a_models_own_metric_is_a_measure() -> None:
    hub = SeededHub()
    hub.observe(NOON - MINUTE, CELL, **{"custom.bleu": 870_000})
    hub.close(NOON)

    [point] = only_points(answer(hub, measure="custom.bleu"))

    assert point.mean == 0.87


def test_a_measure_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(RejectedRequestError, match="latncy_ms") as refused:
        answer(SeededHub(), measure="latncy_ms")

    assert (refused.value.code, list(refused.value.fields)) == ("unknown_measure", ["measure"])
