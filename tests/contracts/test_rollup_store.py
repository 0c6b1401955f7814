"""One suite for every store of rollups: the one in memory and the one in DynamoDB (moto)."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws

from shared.adapters.dynamodb_api import dynamo_api
from shared.adapters.rollup_columns import DynamoColumnStore
from shared.adapters.rollups import DynamoRollupStore
from shared.windows.columns import ColumnStore, TooManyRollups
from shared.windows.rollups import Rollup, RollupRange, RollupStore, Values
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window, minutes_since_epoch
from tests.builders.aws import create_table
from tests.builders.rolling import minute
from tests.builders.states import MINUTE
from tests.builders.tables import cell, table
from tests.fakes.aws_connection import MotoConnection
from tests.fakes.rollup_store import InMemoryRollupStore

HOUR = timedelta(hours=1)


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[RollupStore]:
    if request.param == "memory":
        yield InMemoryRollupStore()
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws(), ThreadPoolExecutor(2) as pool:
        client = boto3.client("dynamodb")
        create_table(client, "rollups")
        monkeypatch.setattr("shared.adapters.json_api.HTTPSConnection", MotoConnection)
        yield DynamoRollupStore(client, "rollups", pool.map)


@pytest.fixture
def columns(store: RollupStore) -> ColumnStore:
    """What was put, as columns."""
    return store if isinstance(store, InMemoryRollupStore) else DynamoColumnStore(dynamo_api(), "rollups")


def rollup(
    values: Values = ("gpt-4o",),
    window: Window = MINUTE,
    *,
    version: int = 1,
    grouping: str = "model",
    tenant: str = "acme",
    folded: bool = False,
) -> Rollup:
    key = (tenant, grouping, *values)
    rows = table(*((cell(), {"input_tokens": number}) for number in range(version))).rekey(lambda _cell: [key])
    return Rollup(key, window, version, rows, folded)


def found(
    store: RollupStore,
    *,
    grouping: str = "model",
    resolution: Resolution = Resolution.MINUTE,
    start: Window = MINUTE,
    span: timedelta = HOUR,
    values: Values | None = None,
    after: tuple[Values, Window] | None = None,
) -> list[tuple[Values, str, int]]:
    wanted = RollupRange("acme", grouping, resolution, start.start, start.start + span, values)
    return [(some.values, some.window.key[11:16], some.version) for some in store.read(wanted, after=after)]


def put(store: RollupStore, *rollups: Rollup) -> None:
    store.put(rollups)


def test_a_rollup_is_read_as_it_was_put(store: RollupStore) -> None:
    given = rollup(version=3)

    put(store, given)

    [read] = store.read(RollupRange("acme", "model", Resolution.MINUTE, MINUTE.start, MINUTE.end))
    assert (read.key, read.window, read.version, read.table) == (given.key, MINUTE, 3, given.table)


def test_only_a_newer_version_takes_the_place_of_a_rollup(store: RollupStore) -> None:
    put(store, rollup(version=3), rollup(version=2))
    assert found(store) == [(("gpt-4o",), "12:00", 3)]

    put(store, rollup(version=4))
    assert found(store) == [(("gpt-4o",), "12:00", 4)]


def test_nothing_takes_the_place_of_a_tombstone(store: RollupStore) -> None:
    tombstone = Rollup(("acme", "model", "gpt-4o"), MINUTE, 0, SummaryTable.empty(), folded=True)

    put(store, rollup(version=3))
    put(store, tombstone)
    put(store, tombstone)
    put(store, rollup(version=9))

    assert found(store) == []


@pytest.mark.parametrize(
    ("grouping", "values"),
    [("total", ()), ("model", (None,)), ("team+model", ("a#b|c", "größe \x00")), ("team", ("",))],
)
def test_any_value_and_none_is_a_value(store: RollupStore, grouping: str, values: Values) -> None:
    put(store, rollup(values, grouping=grouping))

    assert found(store, grouping=grouping) == [(values, "12:00", 1)]
    assert found(store, grouping=grouping, values=values) == [(values, "12:00", 1)]


@pytest.mark.parametrize("character", ["漢", '"', "\x01"])
def test_values_of_any_length_have_a_place(store: RollupStore, character: str) -> None:
    long, longer = (character * 256, character * 256), (character * 256, character * 255 + "a")
    put(
        store,
        *(rollup(values, minute(number), grouping="team+model") for values in (long, longer) for number in (0, 1)),
    )

    assert found(store, grouping="team+model", values=long) == [(long, "12:00", 1), (long, "12:01", 1)]
    assert len(found(store, grouping="team+model")) == 4


def test_a_range_is_half_open_and_of_one_grouping_tenant_and_resolution(store: RollupStore) -> None:
    strangers = [rollup(tenant="globex"), rollup(grouping="team"), rollup(window=Window(MINUTE.start, Resolution.HOUR))]
    put(store, *(rollup(window=minute(number)) for number in range(-1, 6)), *strangers)

    assert [key for _, key, _ in found(store, span=timedelta(minutes=5))] == [f"12:0{number}" for number in range(5)]


def test_one_group_of_a_range_is_read_alone(store: RollupStore) -> None:
    put(store, *(rollup((name,), minute(number)) for name in ("a", "b", "bb") for number in (0, 3)))

    assert found(store, values=("b",)) == [(("b",), "12:00", 1), (("b",), "12:03", 1)]
    assert found(store, values=("b",), span=timedelta(minutes=3)) == [(("b",), "12:00", 1)]


def test_rollups_come_by_period_then_values_then_time(store: RollupStore) -> None:
    places = [(name, number) for name in ("b", "a") for number in (61, 1, 0, 60)]
    put(store, *(rollup((name,), minute(number)) for name, number in places))

    assert _names_and_times(found(store, span=2 * HOUR)) == [
        ("a", "12:00"), ("a", "12:01"), ("b", "12:00"), ("b", "12:01"),
        ("a", "13:00"), ("a", "13:01"), ("b", "13:00"), ("b", "13:01"),
    ]  # fmt: skip


def test_reading_goes_on_behind_any_rollup(store: RollupStore) -> None:
    put(store, *(rollup((name,), minute(number)) for name in ("a", "b") for number in (0, 1, 60)))
    everything = found(store, span=2 * HOUR)

    for place, (values, key, _) in enumerate(everything):
        after = values, Window.from_key(f"2026-11-22T{key}Z")
        assert found(store, span=2 * HOUR, after=after) == everything[place + 1 :]


def _names_and_times(rows: Sequence[tuple[Values, str, int]]) -> list[tuple[str | None, str]]:
    return [(values[0], key) for values, key, _ in rows]


def test_columns_are_the_chosen_measures_of_a_range(store: RollupStore, columns: ColumnStore) -> None:
    later = Window(MINUTE.start + timedelta(hours=2))
    put(store, rollup(version=3), rollup(("claude",), later, version=2), rollup(("gone",), folded=True))
    put(store, rollup(window=Window(MINUTE.start + 5 * HOUR)), rollup(grouping="team"))
    wanted = RollupRange("acme", "model", Resolution.MINUTE, MINUTE.start, MINUTE.start + 5 * HOUR)

    read = columns.columns(wanted, ("latency_ms", "input_tokens"), 100)

    of_groups = {
        (read.groups[group], minute - minutes_since_epoch(MINUTE.start)): (read.measures[measure], count, total)
        for group, minute, measure, count, total in zip(
            read.group.tolist(),
            read.minute.tolist(),
            read.measure.tolist(),
            read.summaries.count.tolist(),
            read.summaries.total.integers(),
            strict=True,
        )
    }
    assert of_groups == {(("gpt-4o",), 0): ("input_tokens", 3, 3), (("claude",), 120): ("input_tokens", 2, 1)}
    assert read.rollups == 2


def test_no_more_is_read_than_wanted(store: RollupStore, columns: ColumnStore) -> None:
    put(store, rollup(("a",)), rollup(("b",)), rollup(("c",)))
    wanted = RollupRange("acme", "model", Resolution.MINUTE, MINUTE.start, MINUTE.end)

    with pytest.raises(TooManyRollups):
        columns.columns(wanted, ("events",), 2)


def test_columns_that_were_read_before_are_read_as_they_are_now(store: RollupStore, columns: ColumnStore) -> None:
    wanted = RollupRange("acme", "model", Resolution.MINUTE, MINUTE.start, MINUTE.start + HOUR)
    store.put([rollup(version=3)])

    before = [columns.columns(wanted, ["input_tokens"], 10).summaries for _ in range(2)]
    store.put([rollup(version=5)])
    after = columns.columns(wanted, ["input_tokens"], 10).summaries

    assert [each.count.tolist() for each in (*before, after)] == [[3], [3], [5]]
