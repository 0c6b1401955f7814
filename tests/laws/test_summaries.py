"""Summaries are a commutative monoid of integers."""

from itertools import chain
from random import Random

import numpy as np
from hypothesis import given, strategies as st

from shared.sketches.encoding import decode, encode
from shared.sketches.summaries import Summaries
from tests.laws.observed import Observed, batches, law, observed, same, summarised


@law
@given(observed, observed, observed)
def test_merging_is_associative(first: Observed, second: Observed, third: Observed) -> None:
    a, b, c = map(summarised, (first, second, third))

    left = Summaries.merge([Summaries.merge([a, b]), c])
    right = Summaries.merge([a, Summaries.merge([b, c])])

    assert same(left, right)
    assert same(left, Summaries.merge([a, b, c]))


@law
@given(observed, observed)
def test_merging_is_commutative(first: Observed, second: Observed) -> None:
    a, b = summarised(first), summarised(second)

    assert same(Summaries.merge([a, b]), Summaries.merge([b, a]))


@law
@given(observed)
def test_merging_with_nothing_changes_nothing(batch: Observed) -> None:
    summary, nothing = summarised(batch), summarised([])

    assert same(Summaries.merge([summary, nothing]), summary)
    assert same(Summaries.merge([nothing, summary]), summary)
    assert same(Summaries.merge([summary]), summary)


@law
@given(batches, st.randoms(use_true_random=False))
def test_how_observations_are_cut_and_ordered_does_not_matter(cut: list[Observed], random: Random) -> None:
    everything = list(chain.from_iterable(cut))
    random.shuffle(everything)
    parts = [summarised(batch) for batch in cut]
    random.shuffle(parts)

    assert same(Summaries.merge(parts), summarised(everything))


@law
@given(observed, observed)
def test_merging_leaves_its_arguments_alone(first: Observed, second: Observed) -> None:
    a, b = summarised(first), summarised(second)

    Summaries.merge([a, b, a])

    assert same(a, summarised(first))
    assert same(b, summarised(second))


@law
@given(observed)
def test_codes_that_repeat_within_a_part_are_merged_too(batch: Observed) -> None:
    singles = Summaries.merge([(np.zeros(1, np.int64), summarised([(0, value)])[1]) for _, value in batch])
    codes, column = summarised(list(enumerate(value for _, value in batch)))

    assert same(Summaries.merge([(np.zeros_like(codes), column)]), singles)


@law
@given(observed)
def test_moments_and_extremes_are_those_of_python_integers(batch: Observed) -> None:
    codes, column = summarised(batch)

    for row, code in enumerate(codes.tolist()):
        seen = [value for own, value in batch if own == code]
        summary = column[row]
        assert (summary.count, summary.minimum, summary.maximum) == (len(seen), min(seen), max(seen))
        assert summary.total == sum(seen)
        assert summary.squares == sum(value * value for value in seen)
    assert codes.tolist() == sorted({code for code, _ in batch})


@law
@given(observed)
def test_decoding_gives_back_what_was_encoded(batch: Observed) -> None:
    _, column = summarised(batch)

    assert decode(encode(column)) == column


@law
@given(batches)
def test_equal_content_is_equal_bytes(cut: list[Observed]) -> None:
    _, merged = Summaries.merge([summarised(batch) for batch in cut])
    _, whole = summarised(list(chain.from_iterable(cut)))

    assert encode(merged) == encode(whole)


@law
@given(observed, st.data())
def test_taken_rows_are_the_rows(batch: Observed, data: st.DataObject) -> None:
    _, column = summarised(batch)
    rows = data.draw(st.lists(st.integers(0, len(column) - 1), max_size=8)) if len(column) else []

    taken = column.take(np.array(rows, np.intp))

    assert [taken[at] for at in range(len(rows))] == [column[row] for row in rows]
