"""Every event exactly once, whatever comes again."""

from datetime import timedelta

from tests.builders.arrivals import NOON, again, arrived, call, calls, late_pack, pack
from tests.unit.aggregation.conftest import Stage


def test_a_pack_is_folded_into_its_minutes(stage: Stage) -> None:
    next_minute = NOON + timedelta(minutes=1)

    outcome = stage.receive(arrived(pack([*calls(range(3)), *calls(range(3, 5), next_minute)])))

    assert (outcome.folded, outcome.items) == (5, 2)
    assert [segment.table.total_events() for segment in stage.segments()] == [3, 2]


def test_the_sums_are_those_of_the_events(stage: Stage) -> None:
    stage.receive(arrived(pack([call(1, tokens=100), call(2, tokens=250)])), arrived(pack([call(3, tokens=7)])))

    table = stage.table()
    tokens = table.get(table.keys[0], "input_tokens")
    assert tokens is not None
    assert (tokens.count, tokens.total, tokens.minimum, tokens.maximum) == (3, 357, 7, 250)


def test_partitions_have_items_of_their_own(stage: Stage) -> None:
    stage.receive(arrived(pack([call(1)], partition=1)), arrived(pack([call(2)], partition=2), partition=2))

    assert [(segment.partition, len(segment.ids)) for segment in stage.segments()] == [(1, 1), (2, 1)]


def test_an_event_twice_in_a_batch_is_folded_once(stage: Stage) -> None:
    outcome = stage.receive(arrived(pack([call(1), call(1)])), arrived(pack([call(2), call(1)])))

    assert (outcome.folded, outcome.duplicate) == (2, 2)
    assert stage.events() == 2


def test_a_batch_that_comes_again_changes_nothing(stage: Stage) -> None:
    batch = [arrived(pack(calls(range(4)))), arrived(pack(calls(range(4, 9))))]
    stage.receive(*batch)
    before = stage.segments()

    outcome = stage.receive(*batch)

    assert (outcome.folded, outcome.duplicate) == (0, 9)
    assert stage.segments() == before


def test_a_copy_under_a_new_sequence_number_is_dropped(stage: Stage) -> None:
    record = arrived(pack(calls(range(4))))
    stage.receive(record)

    outcome = stage.receive(again(record, NOON + timedelta(minutes=3)), arrived(pack(calls(range(3, 6)))))

    assert (outcome.folded, outcome.duplicate) == (2, 5)
    assert stage.events() == 6


def test_two_tenants_may_use_one_id(stage: Stage) -> None:
    outcome = stage.receive(arrived(pack([call(1)])), arrived(pack([call(1)], tenant="globex")))

    assert (outcome.folded, outcome.duplicate) == (2, 0)
    assert [key[0] for key in stage.table().keys] == ["acme", "globex"]


def test_a_late_event_is_counted_and_not_folded(stage: Stage) -> None:
    stage.now = NOON + timedelta(days=2)

    outcome = stage.receive(arrived(late_pack([call(1), call(2)])))

    assert (outcome.folded, outcome.late) == (0, 2)
    assert (stage.events(), stage.late()) == (0, 2)


def test_a_late_event_goes_into_the_item_of_its_own_minute(stage: Stage) -> None:
    stage.now = NOON + timedelta(days=2)

    stage.receive(arrived(late_pack([call(1)]), at=stage.now))

    assert [segment.minute.start for segment in stage.segments()] == [NOON]


def test_a_late_event_that_comes_again_is_counted_once(stage: Stage) -> None:
    record = arrived(late_pack([call(1)]))
    stage.receive(record)

    outcome = stage.receive(record)

    assert (outcome.late, outcome.duplicate) == (0, 1)
    assert stage.late() == 1


def test_lateness_begins_exactly_at_the_cutoff(stage: Stage) -> None:
    cutoff = NOON + timedelta(hours=24)
    just_late, just_in_time = call(1, NOON - timedelta(microseconds=1)), call(2, NOON)

    stage.receive(arrived(pack([just_late, just_in_time], ingested_at=cutoff, lateness=timedelta(hours=24))))

    assert (stage.events(), stage.late()) == (1, 1)


def test_an_event_late_in_one_copy_and_on_time_in_another_is_folded(stage: Stage) -> None:
    on_time, late = arrived(pack([call(1)])), arrived(late_pack([call(1)]))

    together = Stage()
    together.receive(late, on_time)
    stage.receive(late)
    stage.receive(on_time)
    other_way_round = Stage()
    other_way_round.receive(on_time)
    other_way_round.receive(late)

    assert stage.merged() == together.merged() == other_way_round.merged()
    assert (stage.events(), stage.late()) == (1, 0)


def test_a_late_copy_of_a_folded_event_is_a_duplicate(stage: Stage) -> None:
    stage.receive(arrived(pack([call(1)])))

    outcome = stage.receive(arrived(late_pack([call(1)])))

    assert (outcome.late, outcome.duplicate) == (0, 1)
