import numpy as np

from shared.sketches.bins import BIN_COUNT, HIGHS, LARGEST, estimates_of, keys_of


def test_keys_are_the_searched_boundaries_at_and_next_to_every_boundary() -> None:
    edges = np.concatenate([HIGHS - 1, HIGHS, HIGHS + 1])
    edges = edges[(edges >= 0) & (edges <= LARGEST)]

    assert np.array_equal(keys_of(edges), np.searchsorted(HIGHS, edges))
    assert np.array_equal(keys_of(-edges), -np.searchsorted(HIGHS, edges))


def test_keys_are_the_searched_boundaries_round_every_power_of_two() -> None:
    powers = 2 ** np.arange(48)
    edges = np.concatenate([powers - 1, powers, powers + 1, [LARGEST - 1, LARGEST]])

    assert np.array_equal(keys_of(edges), np.searchsorted(HIGHS, edges))


def test_keys_are_the_searched_boundaries_for_a_million_values_of_all_sizes() -> None:
    random = np.random.default_rng(5)
    values = (2 ** random.uniform(0, 48, 1_000_000)).astype(np.int64)

    assert np.array_equal(keys_of(values), np.searchsorted(HIGHS, values))


def test_integers_below_fifty_have_a_bin_of_their_own() -> None:
    small = np.arange(-49, 50)

    assert keys_of(small).tolist() == small.tolist()
    assert estimates_of(keys_of(small)).tolist() == small.tolist()


def test_no_bin_is_wider_than_a_hundredth_either_way() -> None:
    lows, highs = HIGHS[:-1] + 1, HIGHS[1:]

    assert np.all(99 * highs <= 101 * lows)
    assert np.all(np.diff(estimates_of(np.arange(-BIN_COUNT, BIN_COUNT + 1).astype(np.int16))) > 0)


def test_the_largest_value_has_the_last_bin_and_keys_stay_small() -> None:
    assert keys_of(np.array([LARGEST, -LARGEST])).tolist() == [BIN_COUNT, -BIN_COUNT]
    assert BIN_COUNT == 1496
