import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from shared.sketches.wide import Wide

int64 = st.integers(-(2**63), 2**63 - 1)
int128 = st.integers(-(2**127), 2**127 - 1)
law = settings(deadline=None, max_examples=300)


def wide(*values: int) -> Wide:
    high = [value >> 64 for value in values]
    return Wide(np.array(high, np.int64), np.array([value & (2**64 - 1) for value in values], np.uint64))


def wrapped(value: int) -> int:
    return (value + 2**127) % 2**128 - 2**127


@law
@given(int128, int128)
def test_adding_and_subtracting_carry_and_borrow(left: int, right: int) -> None:
    assert wide(left).plus(wide(right)).integers() == [wrapped(left + right)]
    assert wide(left).minus(wide(right)).integers() == [wrapped(left - right)]


@law
@given(int128, int64)
def test_multiplying_wraps_at_128_bits_only(value: int, factor: int) -> None:
    assert wide(value).times(np.array([factor])).integers() == [wrapped(value * factor)]


@law
@given(st.lists(st.integers(-(2**120), 2**120), min_size=1, max_size=20), st.data())
def test_sums_are_those_of_python(values: list[int], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(values)))
    starts = np.array([0, cut] if cut < len(values) else [0])

    expected = [sum(values[:cut]), sum(values[cut:])][: len(starts)]

    assert wide(*values).sums(starts).integers() == expected


@law
@given(int128)
def test_floats_are_as_near_as_python_makes_them(value: int) -> None:
    (read,) = wide(value).floats().tolist()

    assert read == pytest.approx(float(value), rel=3e-16, abs=0)


def test_the_range_of_int64_is_kept_with_its_sign() -> None:
    extremes = [0, -1, 2**63 - 1, -(2**63)]

    assert Wide.of(np.array(extremes)).integers() == extremes


def test_columns_differ_when_one_half_does() -> None:
    assert wide(1, 2) == wide(1, 2)
    assert wide(1, 2) != wide(1, 2 + 2**64)
    assert wide(1) != wide(2)
    assert wide(1) != "1"
