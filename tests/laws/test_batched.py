"""Rows read out of many columns at once are those read one column after the other."""

from itertools import chain

import numpy as np
import pytest
from hypothesis import given, strategies as st

from shared.sketches.batched import decode_rows
from shared.sketches.encoding import decode, encode
from shared.sketches.summaries import Summaries
from tests.laws.observed import Observed, batches, law, summarised


@law
@given(batches, st.randoms(use_true_random=False))
def test_chosen_rows_are_those_of_each_column(given_batches: list[Observed], random: object) -> None:
    columns = [summarised(batch)[1] for batch in given_batches]
    chosen = [[row for row in range(len(column)) if random.random() < 0.6] for column in columns]  # type: ignore[attr-defined]
    source = np.repeat(np.arange(len(columns)), list(map(len, chosen))).astype(np.int64)
    row = np.array([*chain.from_iterable(chosen)], np.int64)

    read = decode_rows([encode(column) for column in columns], source, row)

    one_by_one = [
        decode(encode(column)).take(np.array(rows, np.int64)) for column, rows in zip(columns, chosen, strict=True)
    ]
    _, expected = Summaries.merge([(np.arange(len(rows)) + 1000 * at, rows) for at, rows in enumerate(one_by_one)])
    assert read == expected
    assert np.array_equal(read.count, expected.count)


def test_a_row_that_is_not_there_is_refused() -> None:
    _, column = summarised([(1, 5)])

    with pytest.raises(IndexError, match="no such row"):
        decode_rows([encode(column)], np.array([0]), np.array([1]))
