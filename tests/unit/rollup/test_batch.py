from datetime import UTC, datetime, timedelta
from typing import Any

from functions.rollup.batch import deadline, touched_minutes
from tests.builders.rolling import minute


def record(partition_key: str, name: str = "MODIFY") -> dict[str, Any]:
    return {"eventName": name, "dynamodb": {"Keys": {"pk": {"S": partition_key}, "sk": {"S": "p=000#s=0000"}}}}


def test_written_state_names_its_minute_once() -> None:
    records = [record("2026-11-22T12:01Z", "INSERT"), record("2026-11-22T12:01Z"), record("2026-11-22T12:03Z")]

    assert touched_minutes({"Records": records}) == {minute(1), minute(3)}


def test_progress_touches_no_minute() -> None:
    assert touched_minutes({"Records": [record("progress")]}) == frozenset()


def test_segments_that_no_head_lists_yet_touch_no_minute() -> None:
    assert touched_minutes({"Records": [record("segments#2026-11-22T12:01Z#p=003", "INSERT")]}) == frozenset()


def test_expired_state_touches_no_minute() -> None:
    assert touched_minutes({"Records": [record("2026-11-22T12:01Z", "REMOVE")]}) == frozenset()


def test_some_time_is_kept_back_for_the_window_at_hand() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)

    assert now < deadline(now, 120_000) < now + timedelta(seconds=120)
