"""PutRecords: only what failed is sent again, at growing pauses, and not for ever."""

from typing import Any

import pytest

from shared.adapters.kinesis import MAX_BYTES, MAX_RECORDS, TRIES, KinesisStream
from shared.errors import UnacknowledgedError
from shared.packs.partitions import explicit_hash_key
from shared.packs.stream import StreamRecord
from tests.fakes.kinesis_api import ScriptedKinesis

RECORDS = [StreamRecord(number, b"record %d" % number) for number in range(3)]
THROTTLED = "ProvisionedThroughputExceededException"


def stream(api: ScriptedKinesis, pauses: list[float] | None = None) -> KinesisStream:
    kept = pauses if pauses is not None else []
    return KinesisStream(api, "events", 4, sleep=kept.append, uniform=lambda _, most: most)


def test_a_record_goes_to_its_share_of_the_stream_and_its_own_lane() -> None:
    api = ScriptedKinesis()

    stream(api).put(RECORDS)

    assert api.requests[0]["StreamName"] == "events"
    assert [(sent["PartitionKey"], sent["ExplicitHashKey"]) for sent in api.requests[0]["Records"]] == [
        (str(number), explicit_hash_key(number, 4)) for number in range(3)
    ]
    assert api.sent == [[b"record 0", b"record 1", b"record 2"]]


def test_only_failed_records_are_sent_again() -> None:
    api = ScriptedKinesis([None, THROTTLED, "InternalFailure"], [THROTTLED, None])

    stream(api).put(RECORDS)

    assert api.sent == [[b"record 0", b"record 1", b"record 2"], [b"record 1", b"record 2"], [b"record 1"]]


@pytest.mark.parametrize("trouble", ["silence", (400, THROTTLED), (500, "InternalFailure"), [None]])
def test_without_an_answer_about_each_record_all_are_sent_again(trouble: str) -> None:
    api = ScriptedKinesis(trouble)

    stream(api).put(RECORDS)

    assert [len(sent) for sent in api.sent] == [3, 3]


def test_pauses_double_and_end() -> None:
    api = ScriptedKinesis(*["silence"] * TRIES)
    pauses: list[float] = []

    with pytest.raises(UnacknowledgedError, match="3 records failed 5 times, last of timed out") as failure:
        stream(api, pauses).put(RECORDS)

    assert len(api.requests) == TRIES
    assert pauses == [0.1, 0.2, 0.4, 0.8]
    assert (failure.value.positions, failure.value.is_throttled) == ((0, 1, 2), False)


def test_what_was_not_acknowledged_is_told_by_its_position() -> None:
    first, again = [THROTTLED, None, THROTTLED], [None, THROTTLED]
    api = ScriptedKinesis(first, again, *[[THROTTLED]] * (TRIES - 2))

    with pytest.raises(UnacknowledgedError) as failure:
        stream(api).put(RECORDS)

    assert (failure.value.positions, failure.value.is_throttled) == ((2,), True)


@pytest.mark.parametrize(
    ("last", "is_throttled"),
    [
        ([THROTTLED] * 3, True),
        ((400, THROTTLED), True),
        ([THROTTLED, THROTTLED, "InternalFailure"], False),
        ((400, "ResourceNotFoundException"), False),
        ([THROTTLED], False),
        ("silence", False),
    ],
)
def test_only_the_streams_own_limits_are_throttling(last: Any, is_throttled: bool) -> None:
    api = ScriptedKinesis(*["silence"] * (TRIES - 1), last)

    with pytest.raises(UnacknowledgedError) as failure:
        stream(api).put(RECORDS)

    assert failure.value.is_throttled is is_throttled


def test_behind_a_chunk_that_failed_nothing_is_sent() -> None:
    fine: list[str | None] = [None] * MAX_RECORDS
    failing = [*fine[1:], "InternalFailure"]
    api = ScriptedKinesis(fine, failing, *[["InternalFailure"]] * (TRIES - 1))

    with pytest.raises(UnacknowledgedError) as failure:
        stream(api).put([StreamRecord(0, b"x")] * (2 * MAX_RECORDS + 2))

    assert failure.value.positions == (2 * MAX_RECORDS - 1, 2 * MAX_RECORDS, 2 * MAX_RECORDS + 1)
    assert [len(sent) for sent in api.sent] == [MAX_RECORDS, MAX_RECORDS, 1, 1, 1, 1]


def test_calls_are_bounded_in_records() -> None:
    api = ScriptedKinesis()

    stream(api).put([StreamRecord(0, b"x")] * (2 * MAX_RECORDS + 1))

    assert [len(sent) for sent in api.sent] == [MAX_RECORDS, MAX_RECORDS, 1]


def test_calls_are_bounded_in_bytes() -> None:
    api = ScriptedKinesis()

    stream(api).put([StreamRecord(0, b"x" * 900_000)] * 11)

    assert [len(sent) for sent in api.sent] == [5, 5, 1]
    assert all(sum(map(len, sent)) <= MAX_BYTES for sent in api.sent)


def test_nothing_to_put_is_no_call() -> None:
    api = ScriptedKinesis()

    stream(api).put([])

    assert api.requests == []
