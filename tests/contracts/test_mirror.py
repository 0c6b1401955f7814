"""One suite for every mirror: the one in memory, a real InfluxDB, and LiveAnalytics as its documentation describes it."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import pytest
from aws_lambda_powertools import Logger

from shared.adapters.influx import InfluxMirror
from shared.adapters.influx_lines import measurement_of
from shared.adapters.live_analytics import RECORDS_A_CALL, LiveAnalyticsMirror
from shared.errors import TransientError
from shared.mirror.points import Points, dimensions_of
from shared.mirror.stores import Mirror
from shared.windows.groups import OVERFLOW, group_keys
from shared.windows.window import Resolution, Window
from tests.builders.influx import DATABASE, Influxd, influxd
from tests.builders.tables import cell, table
from tests.fakes.mirror import InMemoryMirror
from tests.fakes.timestream_api import TimestreamApi

NOON = Window(datetime(2026, 11, 22, 12, tzinfo=UTC))
LATER = NOON.next
LOGGER = Logger(service="test")
Rows = dict[frozenset[tuple[str, str]], dict[str, Any]]


class Engine(Protocol):
    @property
    def mirror(self) -> Mirror: ...

    def rows(self, window: Window) -> Rows:
        """By tags: count, version and statistics."""
        ...


class Memory:
    def __init__(self) -> None:
        self.mirror = InMemoryMirror()

    def rows(self, window: Window) -> Rows:
        return {
            frozenset({**dimensions_of(key), "measure": measure}.items()): row
            for (at, key, measure), row in self.mirror.rows.items()
            if at == window
        }


@dataclass
class Influx:
    server: Influxd

    def __post_init__(self) -> None:
        self.mirror: Mirror = InfluxMirror(self.server.url, DATABASE, lambda: {"token": "t"}, LOGGER)

    def rows(self, window: Window) -> Rows:
        start = int(window.start.timestamp())
        found = self.server.ask(f'SELECT * FROM "{measurement_of(window)}" WHERE time = {start}s')  # noqa: S608 (ours)
        [series] = found.get("series", [{"columns": [], "values": []}])
        rows = (dict(zip(series["columns"], values, strict=True)) for values in series["values"])
        return dict(self._split(row) for row in rows)

    def _split(self, row: Mapping[str, Any]) -> tuple[frozenset[tuple[str, str]], dict[str, Any]]:
        tags = {name: value for name, value in row.items() if isinstance(value, str)}
        return frozenset(tags.items()), {
            name: value for name, value in row.items() if name not in {*tags, "time"} and value is not None
        }


class LiveAnalytics:
    def __init__(self) -> None:
        self.api = TimestreamApi()
        self.mirror: Mirror = LiveAnalyticsMirror(self.api.client, DATABASE, LOGGER)

    def rows(self, window: Window) -> Rows:
        """Those of the window's highest version, as its readers ask for them."""
        at = (f"window_{window.resolution.value}", str(int(window.start.timestamp())))
        found = {place[2:]: values for place, (_, values) in self.api.records.items() if place[:2] == at}
        newest = max((values["version"] for values in found.values()), default=0)
        return {
            frozenset({**dict(dimensions), "measure": measure}.items()): values
            for (dimensions, measure), values in found.items()
            if values["version"] == newest
        }


@pytest.fixture(params=["memory", "live-analytics", pytest.param("influxd", marks=pytest.mark.network)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param != "influxd":
        yield Memory() if request.param == "memory" else LiveAnalytics()
        return
    with influxd(tmp_path / "influxdb") as server:
        yield Influx(server)


def some_points(
    version: int = 2, window: Window = NOON, *, model: str | None = "gpt-4o", cost: int = 10**9 // 3
) -> Points:
    calls = [
        (cell(model), {"computed_cost_usd": cost, "latency_ms": 1_000 * number}) for number in range(1, version + 1)
    ]
    return Points.of(window, version, table(*calls).rekey(group_keys()))


def of(points: Points) -> Rows:
    """What a mirror holds of them."""
    return {
        frozenset({**dimensions_of(key), "measure": measure}.items()): {
            "count": points.counts[row],
            "version": points.version,
            **{name: column[row] for name, column in points.values.items()},
        }
        for row, (key, measure) in enumerate(zip(points.keys, points.measures, strict=True))
    }


def test_points_are_there_to_the_last_bit(engine: Engine) -> None:
    points = some_points()

    refused = engine.mirror.put(points)

    assert refused == 0
    assert engine.rows(NOON) == of(points)
    assert engine.rows(LATER) == {}


def test_every_resolution_has_its_own_rows(engine: Engine) -> None:
    hour = some_points(5, Resolution.HOUR.containing(NOON.start))
    engine.mirror.put(some_points())

    engine.mirror.put(hour)

    assert engine.rows(hour.window) == of(hour)
    assert engine.rows(NOON) == of(some_points())


def test_what_is_written_again_replaces(engine: Engine) -> None:
    engine.mirror.put(some_points(2))

    engine.mirror.put(some_points(7))

    assert engine.rows(NOON) == of(some_points(7))


@pytest.mark.parametrize(
    "model", ["a b", "a,b=c", 'say "hi"', "it's", "back\\slash", "ends in\\", "two\nlines", "", "π/模型", "a\\,b", "\\"]
)
def test_a_name_of_any_letters_is_a_series_of_its_own(engine: Engine, model: str) -> None:
    engine.mirror.put(some_points(1, model="gpt-4o"))
    engine.mirror.put(some_points(1, model=None))

    engine.mirror.put(some_points(1, model=model))

    counted = {tags: row["count"] for tags, row in engine.rows(NOON).items() if ("measure", "events") in tags}
    of_models = [tags for tags in counted if ("grouping", "model") in tags]
    assert len(of_models) == 3
    assert set(counted.values()) == {1}


@pytest.mark.parametrize("model", ["gpt-4o", "it's", "back\\slash", "ends in\\", "a,b=c d", "two\nlines"])
def test_rows_of_older_versions_are_removed_and_no_other(engine: Engine, model: str) -> None:
    engine.mirror.put(some_points(1, model=model))
    engine.mirror.put(some_points(1, model=None))
    engine.mirror.put(some_points(1, LATER, model=model))
    now = some_points(2, model=None)
    engine.mirror.put(now)

    engine.mirror.remove_older(NOON, 2)

    assert engine.rows(NOON) == of(now)
    assert len(engine.rows(LATER)) == len(some_points(1, LATER, model=model))


def test_the_overflow_series_has_a_tag_of_its_own(engine: Engine) -> None:
    keys = group_keys([("model",)])
    over = table((cell("a"), {}), (cell("b"), {})).rekey(lambda key: [(*next(iter(keys(key)))[:2], OVERFLOW)])

    engine.mirror.put(Points.of(NOON, 2, over))

    [(tags, row)] = engine.rows(NOON).items()
    assert tags == {("tenant", "acme"), ("grouping", "model"), ("overflow", "true"), ("measure", "events")}
    assert (row["count"], row["sum"], row["max"]) == (2, 2.0, 1.0)


def test_the_greatest_and_the_least_that_can_be_observed_are_kept(engine: Engine) -> None:
    points = Points.of(
        NOON,
        2,
        table((cell(), {"computed_cost_usd": 2**48}), (cell(), {"computed_cost_usd": 1})).rekey(group_keys([()])),
    )

    engine.mirror.put(points)

    [row] = [row for tags, row in engine.rows(NOON).items() if ("measure", "computed_cost_usd") in tags]
    assert (row["min"], row["max"]) == (1e-9, 2**48 / 10**9)
    assert math.isclose(row["mean"], (2**48 + 1) / 2 / 10**9)


@pytest.mark.network
def test_an_engine_that_is_down_is_the_worlds_trouble_and_nothing_is_missing_when_it_is_back(tmp_path: Path) -> None:
    with influxd(tmp_path / "influxdb") as server:
        engine = Influx(server)
        engine.mirror.put(some_points())
        server.kill()

        with pytest.raises(TransientError, match="does not answer"):
            engine.mirror.put(some_points(3))
        server.start()
        engine.mirror.put(some_points(3))

        assert engine.rows(NOON) == of(some_points(3))


@pytest.mark.network
def test_a_database_that_is_not_there_is_the_worlds_trouble(tmp_path: Path) -> None:
    with influxd(tmp_path / "influxdb") as server:
        elsewhere = InfluxMirror(server.url, "elsewhere", lambda: {"username": "u", "password": "p"}, LOGGER)

        with pytest.raises(TransientError, match="404"):
            elsewhere.put(some_points())
        with pytest.raises(TransientError, match="query"):
            elsewhere.remove_older(NOON, 2)


@pytest.mark.network
def test_points_that_the_engine_will_never_take_are_counted(tmp_path: Path) -> None:
    """A field of another type than it has: somebody else wrote into the database."""
    with influxd(tmp_path / "influxdb") as server:
        server.write('window_1m,tenant=other sum="text" ' + str(int(NOON.start.timestamp())))

        refused = Influx(server).mirror.put(some_points())

        assert refused == len(some_points())


def test_a_call_has_no_more_records_than_live_analytics_takes() -> None:
    engine = LiveAnalytics()
    points = Points.of(
        NOON, 90, table(*[(cell(f"model-{n}", team=f"team-{n}"), {}) for n in range(90)]).rekey(group_keys())
    )

    engine.mirror.put(points)

    assert len(points) > 2 * RECORDS_A_CALL
    assert engine.rows(NOON) == of(points)
    assert max(engine.api.calls) == RECORDS_A_CALL


def test_a_record_of_a_newer_version_is_no_trouble_and_its_neighbours_are_written() -> None:
    engine = LiveAnalytics()
    engine.mirror.put(some_points(5, model="newer"))

    refused = engine.mirror.put(
        Points.of(NOON, 3, table((cell("newer"), {}), (cell("other"), {})).rekey(group_keys([("model",)])))
    )

    assert refused == 0
    written = {
        dict(place[2])["model"]: version
        for place, (version, _) in engine.api.records.items()
        if place[3] == "events" and ("grouping", "model") in place[2]
    }
    assert written == {"newer": 5, "other": 3}


def test_a_record_that_live_analytics_will_never_take_is_counted() -> None:
    engine = LiveAnalytics()
    points = Points.of(NOON, 2, table((cell("x" * 3_000), {}), (cell("short"), {})).rekey(group_keys([("model",)])))

    refused = engine.mirror.put(points)

    assert refused == 1
    assert len(engine.rows(NOON)) == 1


def test_live_analytics_trouble_is_the_worlds() -> None:
    engine = LiveAnalytics()
    engine.api.failure = "ThrottlingException"

    with pytest.raises(TransientError, match="ThrottlingException"):
        engine.mirror.put(some_points())
