"""Laws of decoding: every item is told of once, whatever it is, and the canonical form is a fixed point."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import msgspec
from hypothesis import given, settings, strategies as st

from shared.events.decoding import decode_events
from shared.events.timestamps import canonical_timestamp, completed, format_timestamp
from tests.builders.events import NOON, as_body, event_json

INSTANTS = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001 - made aware at once
OFFSETS = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(instant=INSTANTS, offset=OFFSETS)
def test_a_timestamp_is_the_same_instant_in_every_zone(instant: datetime, offset: timezone) -> None:
    assert canonical_timestamp(instant.astimezone(offset).isoformat()) == format_timestamp(instant)


@given(instant=INSTANTS)
def test_canonical_timestamps_are_fixed_points_and_sort_as_time_does(instant: datetime) -> None:
    text = format_timestamp(instant)
    later = format_timestamp(instant + timedelta(microseconds=1))

    assert canonical_timestamp(text) == text
    assert list(completed([text])) == [text]
    assert text < later


@given(instant=INSTANTS, spec=st.sampled_from(["seconds", "milliseconds", "microseconds"]))
def test_filling_up_is_what_parsing_would_have_done(instant: datetime, spec: str) -> None:
    texts = [instant.isoformat(timespec=spec), instant.isoformat(timespec=spec).replace("+00:00", "Z")]

    assert list(completed(texts)) == [canonical_timestamp(text) for text in texts]


@settings(deadline=None)
@given(good=st.lists(st.booleans(), min_size=1, max_size=80), identity=st.uuids())
def test_every_item_is_an_event_or_a_rejection_by_its_index(good: list[bool], identity: UUID) -> None:
    items = [event_json(event_id=identity.hex, severity="info" if each else "fatal") for each in good]

    decoded = decode_events(as_body(*items), ndjson=False, received_at=NOON)

    assert [rejection.index for rejection in decoded.rejections] == [at for at, each in enumerate(good) if not each]
    assert [event.event_id for event in decoded.events] == [str(identity)] * sum(good)


@settings(deadline=None)
@given(seconds=st.integers(-600_000, 299), shape=st.sampled_from(["array", "lines", "object"]))
def test_an_event_that_was_decoded_decodes_to_itself(seconds: int, shape: str) -> None:
    item = event_json(timestamp=(NOON + timedelta(seconds=seconds)).isoformat())
    body = as_body(item) if shape == "array" else json.dumps(item).encode()

    first = decode_events(body, ndjson=shape == "lines", received_at=NOON).events
    again = decode_events(msgspec.json.encode(first), ndjson=False, received_at=NOON).events

    assert first == again
