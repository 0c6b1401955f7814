import numpy as np

from shared.sketches.bins import LARGEST
from shared.sketches.moments import about, deviations_of, moments_of
from shared.sketches.wide import Wide


def test_sums_and_squares_are_exact_where_int64_overflows() -> None:
    random = np.random.default_rng(3)
    values = np.where(random.random(70_000) < 0.7, LARGEST, random.integers(-LARGEST, LARGEST, 70_000))
    starts = np.array([0, 1, 4_000, 2**15, 2**16 + 5])
    parts = [part.tolist() for part in np.split(values, starts[1:])]

    total, squares = moments_of(values, starts)

    assert total.integers() == [sum(part) for part in parts]
    assert squares.integers() == [sum(value * value for value in part) for part in parts]


def test_moments_about_a_center_and_back_are_the_moments() -> None:
    count, total, squares = np.array([3, 2]), Wide.of(np.array([-30, 2**49])), Wide.of(np.array([500, 2**62]))
    center = np.array([-(2**48), 2**48])

    moved = about(count, total, squares, center)

    assert moved[0].integers() == [-30 + 3 * 2**48, 0]
    assert about(count, *moved, -center) == (total, squares)


def test_two_thousand_million_observations_of_the_largest_value_still_have_a_deviation() -> None:
    half = 2**30 - 1
    total = half * LARGEST + half * (LARGEST - 2)
    squares = half * LARGEST**2 + half * (LARGEST - 2) ** 2

    deviations = deviations_of(np.array([2 * half]), wide(total), wide(squares))

    assert deviations.tolist() == [1.0]


def wide(value: int) -> Wide:
    return Wide(np.array([value >> 64]), np.array([value & (2**64 - 1)], np.uint64))
