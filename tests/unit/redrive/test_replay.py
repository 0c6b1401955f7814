"""A replay: what arrived then goes into the stream as it was then, in slices, and no faster than asked."""

from datetime import datetime, timedelta

import pytest

from functions.redrive.replay import Replay, Replayed, Wanted
from shared.packs.archive import Hours, archived_objects
from shared.packs.pack import Pack, PackHeader, decode_record
from tests.builders.arrivals import NOON, call, calls
from tests.fakes.archive import InMemoryArchive
from tests.fakes.event_stream import FakeEventStream

HOUR = timedelta(hours=1)
DAY = Hours(NOON - 12 * HOUR, NOON + 12 * HOUR)


class Stage:
    """Time passes only by sleeping, and by a second for each object read if `slow`."""

    def __init__(self, *, slow: bool = False) -> None:
        self.archive = InMemoryArchive()
        self.stream = FakeEventStream()
        self.now = NOON
        self._slow = slow
        self._replay = Replay(self.archive, self.stream, 16, lambda: self.now, self._sleep)

    def keep(self, numbers: range, at: datetime = NOON, tenant: str = "acme", partition: int = 3) -> None:
        header = PackHeader(tenant, partition, at, timedelta(hours=24), len(numbers))
        pack = Pack(header, calls(numbers, at))
        self.archive.put(archived_objects([pack], f"shard-{numbers[0]}-{numbers[-1]}"))

    def run(self, hours: Hours = DAY, *, seconds: float = 3600, rate: int = 5_000, **wanted: str) -> Replayed:
        return self._replay.run(Wanted(hours, rate, **wanted), self.now + timedelta(seconds=seconds))

    def packs(self) -> list[Pack]:
        contents = [decode_record(record.data) for record in self.stream.records]
        return [content for content in contents if isinstance(content, Pack)]

    def _sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds + self._slow)


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_a_pack_comes_back_with_its_stamp_and_says_that_it_is_archived(stage: Stage) -> None:
    stage.keep(range(5))

    replayed = stage.run()

    [pack] = stage.packs()
    assert pack == Pack(PackHeader("acme", 3, NOON, timedelta(hours=24), 5, archived=True), calls(range(5)))
    assert [record.partition for record in stage.stream.records] == [3]
    assert (replayed.objects, replayed.events, replayed.next, replayed.share) == (1, 5, None, 1.0)


def test_only_what_arrived_in_the_range_is_replayed(stage: Stage) -> None:
    for number, minutes in enumerate((-1, 0, 59, 60)):
        stage.keep(range(number, number + 1), NOON + timedelta(minutes=minutes))

    stage.run(Hours(NOON, NOON + HOUR))

    assert [pack.events[0] for pack in stage.packs()] == [
        call(1, NOON),
        call(2, NOON + timedelta(minutes=59)),
    ]


def test_one_tenant_may_be_replayed_alone(stage: Stage) -> None:
    for number, tenant in enumerate(("acme", "acme/eu", "globex")):
        stage.keep(range(number, number + 1), tenant=tenant)

    stage.run(tenant="acme/eu")

    assert [pack.header.tenant for pack in stage.packs()] == ["acme/eu"]


def test_slices_together_replay_everything_once() -> None:
    stage = Stage(slow=True)
    for number in range(12):
        stage.keep(range(number, number + 1), NOON - number * HOUR / 3, tenant=f"tenant-{number % 3}")

    shares, after, slices = [], "", 0
    while True:
        replayed = stage.run(seconds=2, after=after)
        shares.append(replayed.share)
        slices += 1
        if replayed.next is None:
            break
        after = replayed.next

    assert sorted(pack.events[0].event_id for pack in stage.packs()) == sorted(
        each.event_id for each in calls(range(12))
    )
    assert slices > 3
    assert shares == sorted(shares)


def test_events_that_have_outlived_their_state_are_refused_and_counted(stage: Stage) -> None:
    stage.keep(range(3), NOON - timedelta(days=10))
    stage.keep(range(3, 5))

    replayed = stage.run(Hours(NOON - timedelta(days=11), NOON + HOUR))

    assert (replayed.events, replayed.expired) == (2, 3)
    assert len(stage.packs()) == 1


def test_a_replay_is_no_faster_than_asked(stage: Stage) -> None:
    stage.keep(range(4_000))

    stage.run(rate=1_000)

    assert stage.now - NOON == timedelta(seconds=4)
    assert sum(len(pack.events) for pack in stage.packs()) == 4_000


def test_an_object_that_cannot_be_read_stops_nothing(stage: Stage) -> None:
    stage.keep(range(2))
    [key] = stage.archive.kept
    stage.archive.kept[key.replace("acme", "aardvark")] = b"junk"

    replayed = stage.run()

    assert (replayed.unreadable, replayed.events) == (1, 2)


def test_an_empty_archive_is_replayed_at_once(stage: Stage) -> None:
    replayed = stage.run()

    assert (replayed.events, replayed.next, replayed.share) == (0, None, 1.0)
