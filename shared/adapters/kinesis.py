"""The event stream in Kinesis: PutRecords in chunks, of which only the failed records are sent again."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from shared.adapters.json_api import JsonApi
from shared.errors import TransientError, UnacknowledgedError
from shared.packs.partitions import explicit_hash_key
from shared.packs.stream import StreamRecord

OPERATION = "Kinesis_20131202.PutRecords"
MAX_RECORDS = 500
MAX_BYTES = 5 * 1024 * 1024
TRIES = 5
THROTTLED = "ProvisionedThroughputExceededException"
FIRST_PAUSE_SECONDS = 0.05
_HTTP_OK = 200
_KEYS_BYTES = 64


class Api(Protocol):
    """One call of a JSON service; raises TransientError when no answer came."""

    def post(self, operation: str, body: bytes) -> tuple[int, bytes]: ...


class _Entry(msgspec.Struct):
    Data: bytes
    PartitionKey: str
    ExplicitHashKey: str


class _Request(msgspec.Struct):
    StreamName: str
    Records: list[_Entry]


class _Result(msgspec.Struct):
    ErrorCode: str | None = None


class _Answer(msgspec.Struct):
    Records: list[_Result]


class _Trouble(msgspec.Struct):
    type: str = msgspec.field(default="UnknownError", name="__type")


_ENCODER = msgspec.json.Encoder()
_ANSWER = msgspec.json.Decoder(_Answer)
_TROUBLE = msgspec.json.Decoder(_Trouble)


class KinesisStream:
    """A record goes to its partition by the explicit hash key, and to one lane of its reader by the partition key."""

    def __init__(
        self,
        api: Api,
        name: str,
        partitions: int,
        *,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._api = api
        self._name = name
        self._partitions = partitions
        self._sleep = sleep
        self._uniform = uniform

    def put(self, records: Sequence[StreamRecord]) -> None:
        """Of a chunk that fails, those behind it are not sent: the stream has enough."""
        entries = list(self._entries(records))
        for chunk in _chunks(entries):
            self._put_all(entries, chunk)

    def _entries(self, records: Sequence[StreamRecord]) -> Iterator[_Entry]:
        for record in records:
            hash_key = explicit_hash_key(record.partition, self._partitions)
            yield _Entry(record.data, str(record.partition), hash_key)

    def _put_all(self, entries: list[_Entry], chunk: range) -> None:
        """Pauses double, each at full jitter, so that a hot stream is not beaten in step by all who send to it."""
        left, troubles = list(chunk), [""]
        for attempt in range(TRIES):
            if attempt:
                self._sleep(self._uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
            failed, troubles = self._put_once([entries[place] for place in left])
            left = [left[place] for place in failed]
            if not left:
                return
        raise UnacknowledgedError(
            f"PutRecords: {len(left)} records failed {TRIES} times, last of {troubles[-1]}",
            [*left, *range(chunk.stop, len(entries))],
            is_throttled=set(troubles) == {THROTTLED},
        )

    def _put_once(self, entries: list[_Entry]) -> tuple[Sequence[int], list[str]]:
        """The places of those that failed, and why. Of a call without an answer all failed, though they may have arrived."""
        everyone = range(len(entries))
        try:
            status, body = self._api.post(OPERATION, _ENCODER.encode(_Request(self._name, entries)))
            if status != _HTTP_OK:
                return everyone, [_TROUBLE.decode(body).type]
            results = _ANSWER.decode(body).Records
        except TransientError as error:
            return everyone, [str(error)]
        except msgspec.MsgspecError:
            return everyone, ["an unreadable answer"]
        if len(results) != len(entries):
            return everyone, ["an answer about other records"]
        failed = [(place, result.ErrorCode) for place, result in enumerate(results) if result.ErrorCode]
        return [place for place, _ in failed], [code for _, code in failed]


def _chunks(entries: Sequence[_Entry]) -> Iterator[range]:
    """The places of as many records as a call may have."""
    start = size = 0
    for place, entry in enumerate(entries):
        entry_bytes = len(entry.Data) + _KEYS_BYTES
        if place - start == MAX_RECORDS or (place > start and size + entry_bytes > MAX_BYTES):
            yield range(start, place)
            start, size = place, 0
        size += entry_bytes
    if entries:
        yield range(start, len(entries))


def kinesis_stream(name: str, partitions: int) -> KinesisStream:
    """The stream of that name in the account and region of the function."""
    return KinesisStream(JsonApi.of("kinesis"), name, partitions)
