import numpy as np
import pytest

from shared.sketches.bins import LARGEST
from shared.sketches.encoding import decode, encode
from shared.sketches.summaries import Summaries


def test_no_rows_are_a_few_bytes_and_come_back() -> None:
    data = encode(Summaries.empty())

    assert decode(data) == Summaries.empty()
    assert len(data) < 20


def test_extremes_come_back() -> None:
    values = np.array([LARGEST, -LARGEST, 0, LARGEST, -1, 49, 50])
    _, summaries = Summaries.of(np.array([0, 0, 1, 2, 2, 3, 3]), values)

    assert decode(encode(summaries)) == summaries


def test_ten_thousand_latencies_take_less_than_a_kilobyte() -> None:
    values = np.exp(np.random.default_rng(1).normal(13, 1, 10_000)).astype(np.int64)

    _, summaries = Summaries.of(np.zeros(10_000, np.int64), values)

    assert len(encode(summaries)) < 1_000


def test_bytes_that_end_early_are_refused() -> None:
    data = encode(Summaries.of(np.zeros(2, np.int64), np.array([5, 500]))[1])

    for end in range(8, len(data)):
        with pytest.raises((ValueError, IndexError)):
            decode(data[:end])
