"""Tables are a commutative monoid, and what is done to them commutes with merging."""

from itertools import chain, product
from random import Random

import numpy as np
from hypothesis import given, strategies as st

from shared.sketches.summaries import Summary
from shared.windows.folding import fold
from shared.windows.groups import bucket_of, group_keys
from shared.windows.table import SummaryTable, sorted_keys
from tests.builders.tables import observations, table
from tests.laws.observed import Events, events, table_law

cut = st.lists(events, max_size=4)


@table_law
@given(events, events, events)
def test_merging_is_associative_and_commutative(first: Events, second: Events, third: Events) -> None:
    a, b, c = table(*first), table(*second), table(*third)

    left = SummaryTable.merge([SummaryTable.merge([a, b]), c])

    assert left == SummaryTable.merge([a, SummaryTable.merge([b, c])])
    assert left == SummaryTable.merge([c, b, a])


@table_law
@given(events)
def test_merging_with_nothing_changes_nothing(batch: Events) -> None:
    whole = table(*batch)

    assert SummaryTable.merge([whole, SummaryTable.empty()]) == whole
    assert SummaryTable.merge([SummaryTable.empty(), whole]) == whole


@table_law
@given(cut, st.randoms(use_true_random=False))
def test_how_events_are_cut_and_ordered_does_not_matter_even_to_the_bytes(
    batches: list[Events], random: Random
) -> None:
    everything = list(chain.from_iterable(batches))
    random.shuffle(everything)
    parts = [table(*batch) for batch in batches]
    random.shuffle(parts)

    merged, whole = SummaryTable.merge(parts), table(*everything)

    assert merged == whole
    assert merged.encode() == whole.encode()


@table_law
@given(events, st.data())
def test_one_pass_over_all_items_is_one_pass_over_each(batch: Events, data: st.DataObject) -> None:
    items = data.draw(st.lists(st.integers(-1, 3), min_size=len(batch), max_size=len(batch)))

    folded = fold(observations(batch), np.array(items, np.int64))

    expected = {
        item: [event for event, own in zip(batch, items, strict=True) if own == item] for item in set(items) - {-1}
    }
    assert folded == {item: table(*own) for item, own in expected.items()}


@table_law
@given(events)
def test_keys_measures_and_rows_are_in_order_and_in_use(batch: Events) -> None:
    whole = table(*batch)

    rows = list(zip(whole.row_measure.tolist(), whole.row_key.tolist(), strict=True))

    assert list(whole.keys) == sorted_keys({where for where, _ in batch})
    assert list(whole.measures) == sorted(
        {"events", *chain.from_iterable(values for _, values in batch)} if batch else []
    )
    assert rows == sorted(set(rows))
    assert np.all(whole.summaries.count > 0)


@table_law
@given(events)
def test_decoding_gives_back_what_was_encoded(batch: Events) -> None:
    whole = table(*batch)

    assert SummaryTable.decode(whole.encode()) == whole


@table_law
@given(events)
def test_what_is_split_merges_to_the_whole(batch: Events) -> None:
    whole = table(*batch)

    assert SummaryTable.merge(list(whole.split(lambda key: bucket_of(key, 4)).values())) == whole
    assert SummaryTable.merge([own for _, own in whole.per_key()]) == whole
    assert [key for key, _ in whole.per_key()] == list(whole.keys)


@table_law
@given(events, events)
def test_rekeying_commutes_with_merging(first: Events, second: Events) -> None:
    a, b, to = table(*first), table(*second), group_keys()

    assert SummaryTable.merge([a.rekey(to), b.rekey(to)]) == SummaryTable.merge([a, b]).rekey(to)


@table_law
@given(events)
def test_every_key_and_measure_is_found_with_what_was_observed(batch: Events) -> None:
    whole = table(*batch)

    for key, measure in product(whole.keys, whole.measures):
        own = [{"events": 1} | values for where, values in batch if where == key]
        seen = [values[measure] for values in own if measure in values]
        summary = whole.get(key, measure) or Summary.empty()
        assert (summary.count, summary.total) == (len(seen), sum(seen))
    assert whole.total_events() == len(batch) == sum(whole.events(key) for key in whole.keys)
