import numpy as np
import pytest

from shared.errors import TransientError
from shared.windows.table import SummaryTable, sorted_keys
from tests.builders.tables import cell, table


def test_a_table_answers_for_a_key_and_a_measure() -> None:
    latencies = table(
        (cell("gpt-4o"), {"latency_ms": 120}),
        (cell("gpt-4o"), {"latency_ms": 80}),
        (cell("claude"), {"errors": 1}),
    )

    found = latencies.get(cell("gpt-4o"), "latency_ms")

    assert found is not None
    assert (found.count, found.total, found.minimum, found.maximum) == (2, 200, 80, 120)
    assert latencies.events(cell("gpt-4o")) == 2
    assert latencies.total_events() == 3


def test_what_was_not_observed_is_none_not_zero() -> None:
    latencies = table((cell("gpt-4o"), {"latency_ms": 120}), (cell("claude"), {"errors": 0}))

    assert latencies.get(cell("claude"), "latency_ms") is None
    assert latencies.get(cell("gpt-4o"), "errors") is None
    assert latencies.get(cell("mistral"), "latency_ms") is None
    assert latencies.get(cell("claude"), "ttft_ms") is None
    assert latencies.events(cell("mistral")) == 0


def test_the_empty_table_has_nothing_in_it() -> None:
    empty = SummaryTable.empty()

    assert (len(empty), empty.total_events(), empty.split(len), list(empty.per_key())) == (0, 0, {}, [])
    assert empty.select(lambda _: True) == empty.rekey(lambda key: [key]) == SummaryTable.merge([]) == empty
    assert SummaryTable.decode(empty.encode()) == empty


def test_selecting_drops_keys_and_the_measures_only_they_had() -> None:
    both = table((cell("gpt-4o"), {"latency_ms": 120}), (cell("claude"), {"errors": 1}))

    assert both.select(lambda key: key[1] == "claude") == table((cell("claude"), {"errors": 1}))
    assert both.select(lambda _: False) == SummaryTable.empty()


def test_rekeying_may_drop_copy_and_merge_keys() -> None:
    both = table((cell("gpt-4o"), {"errors": 1}), (cell("claude"), {"errors": 0}), (cell(None), {}))

    by_name = both.rekey(lambda key: [("all",), (key[1],)] if key[1] else [])

    assert by_name.keys == (("all",), ("claude",), ("gpt-4o",))
    assert {key: by_name.events(key) for key in by_name.keys} == {("all",): 2, ("claude",): 1, ("gpt-4o",): 1}


def test_none_sorts_before_any_text_and_is_not_the_empty_text() -> None:
    keys = [("a", ""), ("b", None), ("a", None), ("a",)]

    assert sorted_keys(keys) == [("a",), ("a", None), ("a", ""), ("b", None)]


def test_merging_leaves_its_arguments_alone() -> None:
    first, second = table((cell("gpt-4o"), {"errors": 1})), table((cell("claude"), {"latency_ms": 5}))
    before = first.encode(), second.encode()

    SummaryTable.merge([first, second, first])

    assert (first.encode(), second.encode()) == before


def test_tables_that_differ_in_key_measure_or_value_differ() -> None:
    one = table((cell("gpt-4o"), {"errors": 1}))

    assert one == table((cell("gpt-4o"), {"errors": 1}))
    assert one != table((cell("claude"), {"errors": 1}))
    assert one != table((cell("gpt-4o"), {"latency_ms": 1}))
    assert one != table((cell("gpt-4o"), {"errors": 2}))
    assert one != "table"
    assert repr(one) == "SummaryTable(1 keys, 2 measures, 1 events)"


def test_a_table_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 00"):
        SummaryTable.decode(b"\x00" + SummaryTable.empty().encode()[1:])


def test_a_table_of_a_newer_release_is_asked_for_again() -> None:
    with pytest.raises(TransientError, match="version 07"):
        SummaryTable.decode(b"\x07" + SummaryTable.empty().encode()[1:])


def test_a_rollup_of_a_hundred_calls_with_ten_measures_takes_less_than_two_kilobytes() -> None:
    random = np.random.default_rng(1)
    names = [f"measure-{number}" for number in range(10)]
    spread = np.exp(random.normal(10, 1.5, (100, 10))).astype(np.int64).tolist()

    rollup = table(*((cell(), dict(zip(names, values, strict=True))) for values in spread))

    assert len(rollup.encode()) < 2_000
