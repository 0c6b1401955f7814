"""Event times: what is accepted, how it is spelt afterwards, and how old or early it may be."""

from datetime import timedelta

import pytest

from shared.errors import RejectedEventError
from shared.events.decoding import decode_events
from shared.events.timestamps import are_canonical, canonical_timestamp, format_timestamp, parse_timestamp
from tests.builders.events import NOON, as_body, event, event_json


def code_of(timestamp: object) -> str:
    decoded = decode_events(as_body(event_json(timestamp=timestamp)), ndjson=False, received_at=NOON)
    return decoded.rejections[0].code if decoded.rejections else "accepted"


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ("2026-11-22T11:59:59.123456Z", "2026-11-22T11:59:59.123456Z"),
        ("2026-11-22T11:59:59Z", "2026-11-22T11:59:59.000000Z"),
        ("2026-11-22t11:59:59.5z", "2026-11-22T11:59:59.500000Z"),
        ("2026-11-22T11:59:59.123Z", "2026-11-22T11:59:59.123000Z"),
        ("2026-11-22T11:59:59.123456+00:00", "2026-11-22T11:59:59.123456Z"),
        ("2026-11-22T11:59:59-00:00", "2026-11-22T11:59:59.000000Z"),
        ("2026-11-22T13:59:59.25+02:00", "2026-11-22T11:59:59.250000Z"),
        ("2026-11-22T06:14:59-05:45", "2026-11-22T11:59:59.000000Z"),
        ("2026-11-22T11:59:59.999999999Z", "2026-11-22T11:59:59.999999Z"),
        ("2026-11-22T11:59:60Z", "2026-11-22T11:59:59.999999Z"),
        ("2026-11-22T11:59:60.7+00:00", "2026-11-22T11:59:59.999999Z"),
    ],
)
def test_every_spelling_becomes_the_canonical_one(sent: str, canonical: str) -> None:
    assert event(timestamp=sent).timestamp == canonical
    assert canonical_timestamp(sent) == canonical


@pytest.mark.parametrize(
    "sent",
    [
        "now",
        "2026-11-22T11:59:59",
        "2026-11-22T11:59:59.000000",
        "2026-11-22 11:59:59.000000Z",
        "2026-11-22T11:59:61.000000Z",
        "2026-11-22T11:60:00.000000Z",
        "2026-11-22T24:00:00.000000Z",
        "2026-13-22T11:59:59.000000Z",
        "2026-11-31T11:59:59.000000Z",
        "2026-11-22T11:59:59.000000+24:00",
        "2026-11-22T11:59Z00000000000000000",
        "20261122T115959.000000000000Z",
        "2026-W47-7T11:59:59.00000000Z",
        "٢٠٢٦-11-22T11:59:59.000000Z",
        "0001-01-01T00:00:00.0000+23:59",
    ],
)
def test_what_is_not_rfc_3339_with_an_offset_is_refused(sent: str) -> None:
    assert code_of(sent) == "invalid_timestamp"
    assert not are_canonical([sent])
    with pytest.raises(RejectedEventError):
        canonical_timestamp(sent)


@pytest.mark.parametrize("sent", [1_795_000_000, 1.5, None, True, "", "9" * 65])
def test_what_is_no_text_of_that_length_does_not_fit_the_schema(sent: object) -> None:
    assert code_of(sent) == "invalid_event"


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (timedelta(minutes=5), "accepted"),
        (timedelta(minutes=5, microseconds=1), "timestamp_in_future"),
        (-timedelta(days=7), "accepted"),
        (-timedelta(days=7, microseconds=1), "timestamp_too_old"),
    ],
)
def test_an_event_may_be_5_minutes_ahead_and_7_days_old(offset: timedelta, code: str) -> None:
    assert code_of(format_timestamp(NOON + offset)) == code


@pytest.mark.parametrize(
    ("sent", "code"),
    [("9999-12-31T23:59:59.999999Z", "timestamp_in_future"), ("0001-01-01T00:00:00.000000Z", "timestamp_too_old")],
)
def test_the_ends_of_the_calendar_are_only_too_far_away(sent: str, code: str) -> None:
    assert code_of(sent) == code


def test_a_canonical_timestamp_reads_back_as_the_instant() -> None:
    instant = NOON + timedelta(microseconds=7)

    assert parse_timestamp(format_timestamp(instant)) == instant


def test_pieces_that_only_together_look_canonical_are_not() -> None:
    whole = "2026-11-22T11:59:59.000000Z"

    assert are_canonical([whole, whole])
    assert not are_canonical([whole[:-1], "Z" + whole])
