"""Many series, one cause: one anomaly speaks for all, and names what they have in common."""

from dataclasses import replace

from shared.anomalies.anomaly import Anomaly, Kind, Series
from shared.anomalies.storms import Population, grouped, population_of
from tests.builders.anomalies import anomaly, five

MODELS, TEAMS, PROVIDERS = ("gpt-4o", "haiku", "nova"), ("search", "docs"), ("openai", "anthropic")
GROUPS = [
    ("acme", "total"),
    *(("acme", "model", model) for model in MODELS),
    *(("acme", "team", team) for team in TEAMS),
    *(("acme", "provider", provider) for provider in PROVIDERS),
    *(("acme", "team+model", team, model) for team in TEAMS for model in MODELS),
]
WATCHED = (("latency_ms", "p95"), ("requests", "count"), ("errors", "mean"))
POPULATION: Population = population_of(Series(key, *watched) for key in GROUPS for watched in WATCHED)


def deviating(measure: str, *keys: tuple[str, ...], score: float = 9.0) -> list[Anomaly]:
    statistic = dict(WATCHED)[measure]
    return [anomaly(series=Series(("acme", *key), measure, statistic), score=score) for key in keys]


def speakers(found: list[Anomaly]) -> list[tuple[tuple[str | None, ...], int, dict[str, str | None] | None]]:
    return [(one.key[1:], one.members, one.common) for one in found if one.is_alone]


def test_a_slow_model_is_named_and_its_teams_and_provider_stand_behind_it() -> None:
    slow = deviating(
        "latency_ms",
        ("model", "gpt-4o"),
        ("team+model", "search", "gpt-4o"),
        ("team+model", "docs", "gpt-4o"),
        ("team", "search"),
        ("provider", "openai"),
    )

    found = grouped(slow, [], POPULATION)

    assert speakers(found) == [(("model", "gpt-4o"), 4, {"model": "gpt-4o"})]
    assert "With it, 4 other series of gpt-4o deviate." in found[0].explanation


def test_when_all_deviates_the_total_speaks() -> None:
    stopped = deviating("requests", *(key[1:] for key in GROUPS))

    found = grouped(stopped, [], POPULATION)

    assert speakers(found) == [(("total",), len(GROUPS) - 1, {})]
    assert "other series of the tenant deviate" in found[0].explanation


def test_two_causes_are_two_alerts() -> None:
    found = grouped(
        [
            *deviating("latency_ms", ("model", "gpt-4o"), ("team+model", "search", "gpt-4o")),
            *deviating("errors", ("model", "haiku"), ("total",)),
        ],
        [],
        POPULATION,
    )

    assert sorted(speakers(found), key=str) == [
        (("model", "gpt-4o"), 1, {"model": "gpt-4o"}),
        (("model", "haiku"), 1, {"model": "haiku"}),
    ]


def test_one_model_in_several_families_is_one_cause() -> None:
    found = grouped(
        [
            *deviating("latency_ms", ("model", "haiku"), ("team+model", "docs", "haiku")),
            *deviating("errors", ("model", "haiku"), score=20.0),
        ],
        [],
        POPULATION,
    )

    ((key, members, common),) = speakers(found)
    assert (key, members, common) == (("model", "haiku"), 2, {"model": "haiku"})
    assert next(one.measure for one in found if one.is_alone) == "errors"


def test_tenants_never_share_a_storm() -> None:
    (ours,) = deviating("requests", ("total",))
    theirs = replace(ours, id="theirs", series=replace(ours.series, key=("other", "total")))

    assert all(one.is_alone for one in grouped([ours, theirs], [], POPULATION))


def test_what_begins_later_near_a_storm_joins_it() -> None:
    (speaker,) = deviating("latency_ms", ("model", "gpt-4o"))
    later = [
        replace(one, window=five(1))
        for one in deviating("latency_ms", ("team+model", "docs", "gpt-4o"), ("provider", "openai"), ("model", "nova"))
    ]

    found = {one.key: one.group for one in grouped(later, [speaker], POPULATION)}

    assert found == {
        ("acme", "team+model", "docs", "gpt-4o"): speaker.id,
        ("acme", "provider", "openai"): speaker.id,
        ("acme", "model", "nova"): None,
    }


def test_a_rule_of_a_user_speaks_for_itself() -> None:
    ruled = anomaly(series=Series(("acme", "total"), "data_operations", "count"), detector="rule:1")

    found = grouped([ruled, *deviating("requests", ("total",))], [], POPULATION)

    assert all(one.is_alone for one in found)


def test_a_storm_of_several_families_is_joined_by_each() -> None:
    (speaker,) = deviating("errors", ("model", "gpt-4o"))
    member = replace(deviating("requests", ("team+model", "search", "gpt-4o"))[0], group=speaker.id)
    (later,) = deviating("requests", ("team", "search"))

    (found,) = grouped([replace(later, window=five(1))], [speaker, member], POPULATION)

    assert found.group == speaker.id


def test_that_nothing_comes_any_more_is_told_while_a_storm_goes_on() -> None:
    speaker, member = deviating("requests", ("model", "gpt-4o"), ("total",))
    storm = [speaker, replace(member, group=speaker.id)]
    (stop,) = deviating("requests", ("total",))
    silent = [replace(stop, window=five(1), kind=Kind.SILENCE)]

    assert speakers(grouped(silent, storm, POPULATION)) == [(("total",), 0, None)]
    assert not speakers(grouped(silent, [replace(one, kind=Kind.SILENCE) for one in storm], POPULATION))
