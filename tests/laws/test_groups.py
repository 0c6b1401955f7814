"""Groups add up to the total, with or without a limit, and the limit sees content alone."""

from itertools import chain
from random import Random

from hypothesis import given, strategies as st

from shared.windows.groups import GROUPINGS, TOTAL, bucket_of, group_keys, grouping_name, limited
from shared.windows.table import Key, SummaryTable
from tests.builders.tables import table
from tests.laws.observed import Events, events, table_law

limits = st.integers(0, 12)


def grouped(batch: Events) -> SummaryTable:
    return table(*batch).rekey(group_keys())


def added_up(groups: SummaryTable, name: str) -> SummaryTable:
    """One row a tenant: all groups of one grouping merged."""
    return groups.select(lambda key: key[1] == name).rekey(lambda key: ((key[0], TOTAL),))


@table_law
@given(events, limits)
def test_the_groups_of_every_grouping_add_up_to_the_total(batch: Events, limit: int) -> None:
    groups = grouped(batch)
    kept, _ = limited(groups, limit)

    for name in map(grouping_name, GROUPINGS):
        assert added_up(groups, name) == added_up(groups, TOTAL)
        assert added_up(kept, name) == added_up(groups, TOTAL)


@table_law
@given(st.lists(events, max_size=4), limits, st.randoms(use_true_random=False))
def test_limiting_before_or_after_merging_comes_to_the_same(batches: list[Events], limit: int, random: Random) -> None:
    whole, folded = limited(grouped(list(chain.from_iterable(batches))), limit)
    parts = [limited(grouped(batch), limit) for batch in batches]
    random.shuffle(parts)

    merged, folded_again = limited(SummaryTable.merge([part for part, _ in parts]), limit)

    assert merged == whole
    assert folded_again.union(*(own for _, own in parts)) == folded


@table_law
@given(events, limits)
def test_the_limit_holds_for_each_tenant_and_limiting_twice_is_once(batch: Events, limit: int) -> None:
    groups = grouped(batch)

    kept, folded = limited(groups, limit)

    for tenant in {key[0] for key in groups.keys}:
        series = {key for key in groups.keys if key[0] == tenant and key[1] != TOTAL}
        assert len(series.intersection(kept.keys)) == min(limit, len(series))
        assert series.difference(kept.keys) == {key for key in folded if key[0] == tenant}
    assert limited(kept, limit) == (kept, frozenset())


@table_law
@given(st.lists(st.none() | st.text(max_size=5), max_size=5).map(tuple), st.integers(1, 64))
def test_every_key_has_a_bucket(key: Key, buckets: int) -> None:
    assert 0 <= bucket_of(key, buckets) < buckets
    assert bucket_of(key, buckets) == bucket_of(key, 64 * buckets) // 64
