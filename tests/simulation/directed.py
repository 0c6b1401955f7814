"""Schedules that chance rarely finds, each written for one safeguard: with it they are harmless, without it they are not."""

from collections.abc import Callable, Mapping
from functools import partial

from shared.windows.groups import bucket_of
from tests.simulation.design import Design
from tests.simulation.script import Script, minute_of

Schedule = Callable[[Design], None]


def frozen_writer(design: Design, hold: str = "state.put") -> None:
    """Two batches bring events of one minute; the first was frozen between its read and its put."""
    with Script(design) as script:
        frozen = script.fold(script.record(1, minute=1), hold=hold)
        script.fold(script.record(2, minute=1))
        script.release(frozen)
        script.at(3)
        script.tick()


def frozen_publisher(design: Design, hold: str) -> None:
    """A revision is frozen before it writes, another one overtakes it with more events, then it thaws."""
    with Script(design) as script:
        script.at(3)
        script.tick()
        script.fold(script.record(1, minute=1))
        frozen = script.roll_up(1, hold=hold)
        script.fold(script.record(2, minute=1))
        script.roll_up(1)
        script.release(frozen)


def dead_after_head(design: Design) -> None:
    """A revision dies at its rows; the batch is tried again."""
    with Script(design) as script:
        script.at(3)
        script.tick()
        script.fold(script.record(1, minute=1))
        script.roll_up(1, hold="rollups.put")
        script.roll_up(1)


def displaced_series(design: Design) -> None:
    """A publisher thaws that would give its row to a series which another has folded into the overflow meanwhile."""
    stays, goes = sorted(("small", "medium"), key=lambda model: bucket_of(("acme", "model", model)))
    with Script(design, series_limit=1) as script:
        script.at(3)
        script.tick()
        script.fold(script.record(1, minute=1, model=goes))
        frozen = script.roll_up(1, hold="rollups.put")
        script.fold(script.record(2, minute=1, model=stays))
        script.roll_up(1)
        script.release(frozen)


def same_version_twice(design: Design) -> None:
    """Two publishers see as many events, but not the same ones, for neither read is a snapshot."""
    with Script(design) as script:
        script.at(3)
        script.tick()
        script.fold(script.record(1, minute=1))
        misses_the_second = script.roll_up(1, hold="state.minute 2")
        script.fold(script.record(2, minute=1))
        misses_the_third = script.roll_up(1, hold="closed.put_parts")
        script.fold(script.record(3, minute=1, partition=1, model="large"))
        script.release(misses_the_second, hold="closed.put_parts")
        script.release(misses_the_third)
        script.release(misses_the_second)
        closed = script.hub.closed
        script.start(lambda: closed.parts(closed.heads[minute_of(1)]))
        script.roll_up(1)


def announced_meanwhile(design: Design) -> None:
    """The 5 minutes are announced from a child as it was before its revision, which began before they were due."""
    with Script(design) as script:
        script.at(4)
        script.tick()
        script.at(5, 15)
        script.fold(script.record(1, minute=2))
        reviser = script.roll_up(2, hold="state.minute")
        script.at(5)
        script.beat()
        announcer = script.roll_up(hold="closed.put_head 2")
        script.release(reviser)
        script.release(announcer)


def grandparent_announced_meanwhile(design: Design) -> None:
    """The quarter is announced while its first 5 minutes are revised."""
    with Script(design) as script:
        script.at(14)
        script.tick()
        script.fold(script.record(1, minute=2))
        reviser = script.roll_up(2, hold="closed.put_head 2")
        script.at(15)
        script.tick()
        script.release(reviser)


def several_due(design: Design) -> None:
    """Ticks were missing, so that many minutes and a coarser window are due at once."""
    with Script(design) as script:
        script.fold(script.record(1, minute=1))
        script.at(6)
        script.tick()


def state_before_the_event(design: Design) -> None:
    """An event comes on time, after an announcer looked at state and before it asks for progress."""
    with Script(design) as script:
        script.at(1, 20)
        announcer = script.roll_up(hold="state.progress")
        script.fold(script.record(1, minute=0))
        script.roll_up(0)
        script.at(1, 50)
        script.beat()
        script.release(announcer)
        script.tick()


def copy_of_an_old_event(design: Design) -> None:
    """An event comes again when the segment that has it is frozen and another one is written."""
    with Script(design, small_segments=True) as script:
        first = script.record(1, minute=1)
        script.fold(first)
        for number in range(2, 40):
            script.fold(script.record(number, minute=1))
        script.fold(script.record(1, minute=1))
        script.at(3)
        script.tick()


def copy_after_a_split(design: Design) -> None:
    """An event comes again by another shard."""
    with Script(design) as script:
        script.fold(script.record(1, minute=1))
        script.hub.log.split()
        script.fold(script.record(1, minute=1))
        script.at(3)
        script.tick()


SCHEDULES: Mapping[str, Schedule] = {
    "state put without condition": frozen_writer,
    "segments: head without condition": frozen_writer,
    "segments: named by number": partial(frozen_writer, hold="state.put_blobs"),
    "rows without condition": partial(frozen_publisher, hold="rollups.put"),
    "head without condition": partial(frozen_publisher, hold="closed.put_head"),
    "head before rows": dead_after_head,
    "rows over tombstones": displaced_series,
    "parts keyed by version": same_version_twice,
    "progress not read again after a revision": announced_meanwhile,
    "progress not read again after each resolution": grandparent_announced_meanwhile,
    "announced out of order": several_due,
    "state read before progress": state_before_the_event,
    "dedup reads only the newest segment": copy_of_an_old_event,
    "segments: dedup reads only the newest": copy_of_an_old_event,
    "state keyed by shard": copy_after_a_split,
}
"""By the name of the mutant that each is written for."""
