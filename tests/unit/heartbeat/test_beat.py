"""The heartbeat: one tick for every partition, or the failure that has it called again."""

import pytest

from functions.heartbeat.beat import Heartbeat
from shared.errors import TransientError
from shared.packs.pack import Tick, decode_record
from tests.builders.events import NOON
from tests.fakes.event_stream import FakeEventStream


def test_every_partition_gets_one_tick() -> None:
    stream = FakeEventStream()

    ticks = Heartbeat(stream, 16, lambda: NOON).beat()

    assert ticks == 16
    assert [decode_record(record.data) for record in stream.records] == [Tick(number, NOON) for number in range(16)]
    assert [record.partition for record in stream.records] == list(range(16))


def test_a_stream_that_is_down_fails_the_beat() -> None:
    stream = FakeEventStream()
    stream.down = True

    with pytest.raises(TransientError):
        Heartbeat(stream, 16, lambda: NOON).beat()
