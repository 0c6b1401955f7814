from collections import Counter

from shared.windows.groups import (
    BUCKETS,
    GROUPINGS,
    OVERFLOW,
    TOTAL,
    bucket_of,
    group_keys,
    grouping_name,
    limited,
    with_few_measures,
)
from shared.windows.table import SummaryTable
from tests.builders.tables import cell, table


def test_groupings_are_spelled_by_their_dimensions() -> None:
    assert list(map(grouping_name, GROUPINGS)) == [
        "total", "model", "provider", "source_module", "environment", "team", "team+model",
    ]  # fmt: skip


def test_a_cell_is_in_one_group_of_every_grouping() -> None:
    groups = list(group_keys()(cell("claude", provider="anthropic", team="ads")))

    assert groups == [
        ("acme", "total"),
        ("acme", "model", "claude"),
        ("acme", "provider", "anthropic"),
        ("acme", "source_module", "llm-gateway"),
        ("acme", "environment", "production"),
        ("acme", "team", "ads"),
        ("acme", "team+model", "ads", "claude"),
    ]


def test_what_an_event_does_not_have_is_a_group_of_its_own() -> None:
    groups = table((cell(team=None), {}), (cell(team="ads"), {}), (cell(team="ads"), {})).rekey(group_keys([("team",)]))

    assert {key: groups.events(key) for key in groups.keys} == {("acme", "team", None): 1, ("acme", "team", "ads"): 2}


def models(*names: str, tenant: str = "acme") -> SummaryTable:
    return table(*((cell(name, tenant=tenant), {}) for name in names)).rekey(group_keys([(), ("model",)]))


def test_nothing_is_folded_within_the_limit() -> None:
    groups = models("a", "b", "c")

    assert limited(groups, 3) == (groups, frozenset())


def test_series_over_the_limit_are_folded_into_the_overflow_of_their_grouping() -> None:
    groups = models("a", "b", "c", "d", "d")

    kept, folded = limited(groups, 1)

    assert len(folded) == 3
    assert kept.events(("acme", "model", OVERFLOW)) == sum(groups.events(key) for key in folded)
    assert kept.events(("acme", TOTAL)) == 5
    assert len(kept.keys) == 3


def test_one_tenant_with_many_series_takes_nothing_from_another() -> None:
    groups = SummaryTable.merge([models("a", "b", "c", "d"), models("a", "b", tenant="globex")])

    _, folded = limited(groups, 2)

    assert Counter(key[0] for key in folded) == {"acme": 2}


def test_every_grouping_keeps_its_share_of_series_whatever_its_name() -> None:
    cells = (cell(f"model-{number}", team=f"team-{number}") for number in range(100))
    groups = table(*((where, {}) for where in cells)).rekey(group_keys([("model",), ("team",)]))

    kept, _ = limited(groups, 100)

    share = Counter(key[1] for key in kept.keys)
    assert 35 < share["model"] < 65
    assert 35 < share["team"] < 65


def test_buckets_are_even_and_never_change() -> None:
    spread = Counter(bucket_of(("acme", "model", f"model-{number}")) for number in range(16_000))

    assert sorted(spread) == list(range(BUCKETS))
    assert 850 < min(spread.values()) <= max(spread.values()) < 1_150
    fixed = [("acme", "total"), ("acme", "team", None), ("acme", "model", "gpt-4o")]
    assert [bucket_of(key) for key in fixed] == [9, 1, 11]


def test_of_too_many_custom_measures_a_group_keeps_those_of_the_least_hashes() -> None:
    names = [f"custom.{number}" for number in range(9)]
    crowded = table((cell("small"), dict.fromkeys(names, 5)), (cell("large"), {"input_tokens": 7, "custom.3": 5}))

    few = with_few_measures(crowded, most=4)

    assert [sum(few.get(cell("small"), name) is not None for name in names), len(crowded) - len(few)] == [4, 5]
    assert few.get(cell("large"), "input_tokens") == crowded.get(cell("large"), "input_tokens")
    assert few.get(cell("large"), "custom.3") == crowded.get(cell("large"), "custom.3")
    assert few.total_events() == 2


def test_what_a_window_keeps_of_custom_measures_its_children_have_whole() -> None:
    halves = [
        table((cell("small"), {f"custom.{number}": 1 for number in range(start, start + 12)})) for start in (0, 6)
    ]

    at_once = with_few_measures(SummaryTable.merge(halves), most=4)
    by_halves = with_few_measures(SummaryTable.merge([with_few_measures(half, most=4) for half in halves]), most=4)

    assert at_once == by_halves


def test_few_custom_measures_are_all_kept() -> None:
    some = table((cell("small"), {"custom.a": 5, "input_tokens": 7}))

    assert with_few_measures(some) is some
