import math

import numpy as np
import pytest

from shared.errors import NotEnoughData
from shared.sketches.bins import LARGEST
from shared.sketches.summaries import Summaries, Summary


def column(*values: int) -> Summaries:
    return Summaries.of(np.zeros(len(values), np.int64), np.array(values, np.int64))[1]


def test_nothing_seen_is_not_zero() -> None:
    nothing = Summary.empty()

    assert (nothing.count, nothing.total, nothing.squares) == (0, 0, 0)
    for read in (
        nothing.mean,
        nothing.std_dev,
        lambda: nothing.quantile(0.5),
        lambda: nothing.minimum,
        lambda: nothing.maximum,
    ):
        with pytest.raises(NotEnoughData):
            read()


def test_no_observations_are_no_rows() -> None:
    codes, summaries = Summaries.of(np.empty(0, np.int64), np.empty(0, np.int64))

    assert (len(codes), len(summaries)) == (0, 0)
    assert summaries.quantile(0.5).tolist() == summaries.mean().tolist() == summaries.std_dev().tolist() == []
    assert Summaries.merge([])[1] == Summaries.empty()


@pytest.mark.parametrize("value", [1.5, math.nan, math.inf])
def test_a_float_is_refused_so_nan_and_infinity_never_come_in(value: float) -> None:
    with pytest.raises(TypeError, match="float64"):
        Summaries.of(np.zeros(1, np.int64), np.array([value]))


@pytest.mark.parametrize("value", [LARGEST + 1, -LARGEST - 1, 2**63 - 1, -(2**63)])
def test_a_value_without_a_bin_is_refused(value: int) -> None:
    with pytest.raises(ValueError, match="beyond"):
        column(value)


@pytest.mark.parametrize("q", [-0.01, 1.01, math.nan])
def test_a_quantile_outside_zero_to_one_is_refused(q: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        column(1).quantile(q)


def test_values_too_far_apart_to_pack_beside_their_codes_are_summarised_alike() -> None:
    codes, summaries = Summaries.of(np.array([2**40, 0, 2**40]), np.array([LARGEST, -LARGEST, 0]))

    assert codes.tolist() == [0, 2**40]
    assert summaries.minimum.tolist() == [-LARGEST, 0]
    assert summaries.maximum.tolist() == [-LARGEST, LARGEST]


def test_a_row_reads_like_its_column() -> None:
    row = column(10, 20, 30, 1_000)[-1]

    assert (row.minimum, row.maximum, row.mean(), row.quantile(0.5)) == (10, 1_000, 265.0, 20.0)
    assert row.std_dev() == pytest.approx(np.std([10, 20, 30, 1_000]))
    assert repr(row) == "Summary(count=4, total=1060)"


def test_a_row_that_is_not_there_is_an_index_error() -> None:
    with pytest.raises(IndexError):
        column(1)[1]


def test_summaries_that_differ_in_one_number_differ() -> None:
    assert column(1, 2) == column(2, 1)
    assert column(1, 2) != column(1, 3)
    assert column(1, 2)[0] != column(1, 3)[0]
    assert column(1, 2) != "1, 2"
