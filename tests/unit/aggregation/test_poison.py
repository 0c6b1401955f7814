"""What cannot be read, or not any more, harms nobody else."""

from datetime import timedelta

import pytest
from backports import zstd
from hypothesis import given, settings, strategies

from shared.packs.arrived import ArrivedRecord
from shared.windows.state import LIFE_OF_STATE
from tests.builders.arrivals import NOON, arrived, call, calls, pack, tick
from tests.unit.aggregation.conftest import Stage


@pytest.mark.parametrize("data", [b"", b"junk", b"\x01junk", pack([call(1)])[:-3], b"\x01" + zstd.compress(b"{}\n")])
def test_a_record_that_cannot_be_read_is_quarantined_and_the_rest_is_folded(stage: Stage, data: bytes) -> None:
    poison = arrived(data)

    outcome = stage.receive(arrived(pack(calls(range(2)))), poison, arrived(pack(calls(range(2, 4)))))

    [kept] = stage.quarantine.kept.values()
    assert (outcome.quarantined, outcome.folded) == (1, 4)
    assert (kept.stage, kept.shard, kept.sequence) == ("aggregation", poison.shard, poison.sequence)
    assert kept.data == data
    assert kept.code


def test_of_packs_read_together_only_the_one_that_is_not_canonical_is_refused(stage: Stage) -> None:
    shouting, vague = call(1), call(2)
    shouting.event_id = shouting.event_id.replace("-", "_")
    vague.timestamp = vague.timestamp.replace("Z", "+00:00")[:27]

    outcome = stage.receive(*(arrived(pack([event])) for event in (call(3), shouting, call(4), vague)))

    assert (outcome.quarantined, outcome.folded) == (2, 2)
    assert {kept.code for kept in stage.quarantine.kept.values()} == {"inconsistent_pack"}


def test_poison_that_comes_again_is_kept_once(stage: Stage) -> None:
    poison = arrived(b"junk")

    stage.receive(poison)
    stage.receive(poison, arrived(tick()))

    assert len(stage.quarantine.kept) == 1


def test_events_that_outlived_their_state_are_refused_and_counted(stage: Stage) -> None:
    stage.now = NOON + LIFE_OF_STATE + timedelta(minutes=1)
    redriven = arrived(pack(calls(range(3))))

    outcome = stage.receive(redriven, arrived(pack([call(9, stage.now)], ingested_at=stage.now)))

    assert (outcome.expired, outcome.folded, outcome.duplicate, outcome.quarantined) == (3, 1, 0, 1)
    assert [kept.code for kept in stage.quarantine.kept.values()] == ["expired"]
    assert stage.events() == 1


def test_the_events_of_a_pack_whose_state_still_lives_are_folded(stage: Stage) -> None:
    stage.now = NOON + LIFE_OF_STATE + timedelta(seconds=30)
    redriven = arrived(pack([call(1, NOON), call(2, NOON + timedelta(minutes=1))]))

    outcome = stage.receive(redriven)

    assert (outcome.expired, outcome.folded, outcome.quarantined) == (1, 1, 1)
    assert stage.quarantine.kept[f"aggregation/{redriven.shard}/{redriven.sequence}"].data == redriven.data


def test_a_pack_lives_to_the_last_second_of_its_state(stage: Stage) -> None:
    stage.now = NOON + LIFE_OF_STATE

    assert stage.receive(arrived(pack([call(1)]))).folded == 1


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_time_that_no_clock_shows_is_refused_and_raises_nothing(stage: Stage, year: int) -> None:
    absurd = call(1, NOON.replace(year=9000, month=12, day=31, hour=23, minute=59))
    absurd.timestamp = f"{year:04d}{absurd.timestamp[4:]}"

    outcome = stage.receive(arrived(pack([absurd])), arrived(pack([call(2)])))

    assert (outcome.expired, outcome.folded) == (1, 1)


@given(
    strategies.binary(max_size=300), strategies.sampled_from([b"", b"\x01", b"\x02", b"\x03"]), strategies.booleans()
)
@settings(max_examples=150, deadline=None)
def test_no_bytes_whatever_raise(content: bytes, codec: bytes, compressed: bool) -> None:
    stage = Stage()
    data = codec + (zstd.compress(content) if compressed else content)

    outcome = stage.receive(ArrivedRecord("3", "shard", "1", NOON, data))

    assert outcome.records == 1
    assert 3 in stage.store.progress()
