"""Order never matters: any split, repetition and order of the same packs leaves the same state."""

from datetime import timedelta

from hypothesis import given, settings, strategies

from shared.packs.arrived import ArrivedRecord
from tests.builders.arrivals import NOON, arrived, call, late_pack, pack
from tests.unit.aggregation.conftest import Stage

numbers = strategies.integers(0, 15)


@strategies.composite
def records(draw: strategies.DrawFn) -> ArrivedRecord:
    """A few calls; a number always means the same event, in one partition and minute."""
    partition = draw(strategies.integers(1, 2))
    tenant = draw(strategies.sampled_from(["acme", "globex"]))
    chosen = [2 * number + partition for number in draw(strategies.lists(numbers, min_size=1, max_size=8))]
    events = [call(n, NOON + timedelta(minutes=n % 3), tokens=n, model=f"m{n % 4}") for n in chosen]
    wrap = draw(strategies.sampled_from([pack, pack, late_pack]))
    return arrived(wrap(events, tenant=tenant, partition=partition), partition=partition)


@given(strategies.data())
@settings(max_examples=60, deadline=None)
def test_any_split_repetition_and_order_of_packs_leaves_the_same_state(data: strategies.DataObject) -> None:
    sent = data.draw(strategies.lists(records(), min_size=1, max_size=8))
    once = Stage()
    once.receive(*sent)

    delivered = data.draw(strategies.permutations([*sent, *data.draw(strategies.lists(strategies.sampled_from(sent)))]))
    cuts = sorted(data.draw(strategies.sets(strategies.integers(1, len(delivered)))))
    often = Stage()
    for start, end in zip([0, *cuts], [*cuts, len(delivered)], strict=True):
        often.receive(*delivered[start:end])

    assert often.merged() == once.merged()
    assert often.late() == once.late()
    assert often.store.progress() == once.store.progress()


@given(strategies.lists(records(), min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_every_event_is_exactly_one_of_folded_late_and_duplicate(sent: list[ArrivedRecord]) -> None:
    stage = Stage()

    outcome = stage.receive(*sent)

    assert outcome.folded == stage.events()
    assert outcome.late == stage.late()
    assert outcome.folded + outcome.late + outcome.duplicate >= len(sent)
