"""Two writers of one item: whoever loses the condition reads again and brings only what is still missing."""

from collections.abc import Callable

import pytest

from functions.aggregation.commit import MOST_LOST_PUTS
from shared.errors import TransientError
from shared.windows.state import Segment
from tests.builders.arrivals import arrived, call, calls, late_pack, pack
from tests.unit.aggregation.conftest import Stage


def overtake(stage: Stage, other: Callable[[], object], times: int = 1) -> None:
    """Before each of our next puts, another writer does its own."""
    left = [times]

    def before_put(_segment: Segment) -> None:
        if left[0]:
            left[0] -= 1
            stage.store.before_put = lambda _: None
            other()
            stage.store.before_put = before_put

    stage.store.before_put = before_put


def test_the_loser_of_a_condition_adds_to_what_the_winner_stored(stage: Stage) -> None:
    overtake(stage, lambda: stage.receive(arrived(pack([call(1)]))))

    outcome = stage.receive(arrived(pack([call(2), call(3)])))

    assert (outcome.folded, outcome.lost_puts) == (2, 1)
    assert stage.events() == 3
    assert [segment.version for segment in stage.segments()] == [2]


def test_what_the_winner_brought_is_not_folded_again(stage: Stage) -> None:
    overtake(stage, lambda: stage.receive(arrived(pack(calls(range(2))))))

    outcome = stage.receive(arrived(pack(calls(range(5)))))

    assert (outcome.folded, outcome.duplicate) == (3, 2)
    assert stage.events() == 5


def test_a_zombie_that_brings_nothing_new_stores_nothing(stage: Stage) -> None:
    record = arrived(pack(calls(range(5))))
    overtake(stage, lambda: stage.receive(record))

    outcome = stage.receive(record)

    assert (outcome.folded, outcome.duplicate) == (0, 5)
    assert [segment.version for segment in stage.segments()] == [1]


def test_only_the_item_that_was_lost_is_done_again(stage: Stage) -> None:
    overtake(stage, lambda: stage.receive(arrived(pack([call(1)], partition=1), partition=1)))

    stage.receive(
        arrived(pack([call(2)], partition=1), partition=1), arrived(pack([call(3)], partition=2), partition=2)
    )

    assert [(segment.partition, segment.version) for segment in stage.segments()] == [(1, 2), (2, 1)]
    assert stage.store.puts == 4


def test_late_events_survive_a_lost_condition(stage: Stage) -> None:
    overtake(stage, lambda: stage.receive(arrived(late_pack([call(1)]))))

    outcome = stage.receive(arrived(late_pack([call(1), call(2)])))

    assert (outcome.late, outcome.duplicate) == (1, 1)
    assert stage.late() == 2


def test_losing_for_ever_is_transient_and_leaves_progress_alone(stage: Stage) -> None:
    numbers = iter(range(100, 100 + 2 * MOST_LOST_PUTS))
    other = Stage()
    other.store = stage.store
    overtake(stage, lambda: stage.receive(arrived(pack([call(next(numbers))]), partition=9)), times=MOST_LOST_PUTS + 1)

    with pytest.raises(TransientError):
        stage.receive(arrived(pack([call(1)])))

    assert 3 not in stage.store.progress()
