"""Questions of several formulas, as a tenant asks them."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import numpy as np
import pytest

from functions.query.analyse import Analysis
from functions.query.analysis_models import Question, QuestionAnswer
from shared.errors import RejectedRequestError
from tests.builders.hub import ACME, NOON, SeededHub
from tests.builders.tables import cell

MINUTE = timedelta(minutes=1)
MODELS = {"small": 1, "middle": 2, "large": 3}


@pytest.fixture
def hub() -> SeededHub:
    """Three models for two hours: one request a minute each, of 1, 2 and 3 USD; the last seven minutes are open."""
    hub = SeededHub()
    for ago in range(1, 121):
        for model, size in MODELS.items():
            team = "ads" if model == "large" else "search"
            hub.observe(
                NOON - ago * MINUTE,
                cell(model, team=team),
                requests=1,
                errors=int(ago % 4 == 0),
                computed_cost_usd=size * 10**9,
                latency_ms=size * 1000 * (1 + ago % 2),
            )
    hub.close(NOON - 7 * MINUTE)
    return hub


def answer(hub: SeededHub, *queries: dict[str, Any], **asked: Any) -> QuestionAnswer:
    named = [{"name": f"q{place}", **query} for place, query in enumerate(queries)]
    question = Question.model_validate_json(json.dumps({"start": "now-1h", "queries": named, **asked}))
    answered = Analysis(hub.windows, hub.columns, lambda: NOON).answer(ACME, question)
    return QuestionAnswer.model_validate_json(msgspec.json.encode(answered))


@pytest.mark.parametrize("resolution", ["1m", "5m", "15m", "1h"])
def test_open_and_closed_windows_add_up_at_every_resolution(hub: SeededHub, resolution: str) -> None:
    [result] = answer(hub, {"expression": "sum(requests)"}, resolution=resolution).results

    [series] = result.series
    assert sum(filter(None, series.values)) == series.total == 180
    assert (
        len(result.starts)
        == len(series.values)
        == timedelta(hours=1) // timedelta(minutes={"1m": 1, "5m": 5, "15m": 15, "1h": 60}[resolution])
    )


def test_several_formulas_are_answered_at_once(hub: SeededHub) -> None:
    answered = answer(
        hub,
        {"name": "cost per request", "expression": "sum(computed_cost_usd) / sum(requests)", "group_by": ["model"]},
        {"name": "error ratio", "expression": "sum(errors) / sum(requests)"},
    )

    cost, errors = answered.results
    assert (cost.name, cost.unit, errors.unit) == ("cost per request", "USD/requests", "ratio")
    assert {series.dimensions["model"]: series.total for series in cost.series} == {"small": 1, "middle": 2, "large": 3}
    assert errors.series[0].total == 0.25


def test_a_total_quantile_is_of_everything_observed(hub: SeededHub) -> None:
    [result] = answer(hub, {"expression": "quantile(latency_ms, 0.75)"}).results

    everything = [size * (1 + ago % 2) for size in MODELS.values() for ago in range(1, 61)]
    expected = float(np.quantile(everything, 0.75, method="lower"))
    assert result.series[0].total == pytest.approx(expected, rel=0.01)


def test_the_top_comes_first_and_the_others_are_one(hub: SeededHub) -> None:
    query = {"expression": "sum(computed_cost_usd)", "group_by": ["model"], "top": 1}
    with_others, least = answer(hub, {**query, "others": True}, {**query, "order": "asc"}).results

    assert [series.dimensions for series in with_others.series] == [{"model": "large"}, {"others": True}]
    assert [series.total for series in with_others.series] == [180, 180]
    assert [series.dimensions["model"] for series in least.series] == ["small"]
    assert least.series_count == 3


def test_groups_of_a_finer_grouping_are_merged(hub: SeededHub) -> None:
    query = {
        "expression": "sum(requests)",
        "group_by": ["team"],
        "filters": [{"dimension": "model", "values": ["small", "middle"]}],
    }

    [result] = answer(hub, query).results

    assert [(series.dimensions, series.total) for series in result.series] == [({"team": "search"}, 120)]


@pytest.mark.parametrize(
    ("operator", "values", "kept"),
    [
        ("in", ["small", None], {"small"}),
        ("not_in", ["small"], {"middle", "large"}),
        ("contains", ["mal"], {"small"}),
        ("starts_with", ["l", "m"], {"middle", "large"}),
        ("ends_with", ["e"], {"middle", "large"}),
        ("is_null", [], set()),
        ("is_not_null", [], {"small", "middle", "large"}),
    ],
)
def test_filters_keep_what_they_say(hub: SeededHub, operator: str, values: list[Any], kept: set[str]) -> None:
    filters = [{"dimension": "model", "operator": operator, "values": values}]

    [result] = answer(hub, {"expression": "sum(requests)", "group_by": ["model"], "filters": filters}).results

    assert {series.dimensions["model"] for series in result.series} == kept


def test_a_series_is_compared_with_the_time_before(hub: SeededHub) -> None:
    for ago in range(61, 121):
        hub.observe(NOON - ago * MINUTE, cell("new"), requests=1)

    answered = answer(hub, {"expression": "sum(requests)", "group_by": ["model"]}, compare="previous", resolution="15m")

    [result] = answered.results
    assert answered.previous_start == NOON - timedelta(hours=2)
    assert {series.previous.total for series in result.series if series.previous} == {60}
    assert {series.change for series in result.series} == {0}


def test_gaps_are_filled_as_asked() -> None:
    hub = SeededHub()
    hub.observe(NOON - 4 * MINUTE, requests=1, latency_ms=1000)
    hub.observe(NOON - 2 * MINUTE, requests=1, latency_ms=3000)
    hub.close(NOON)
    ways = ("null", "zero", "previous", "linear")

    answered = answer(
        hub, *({"expression": "max(latency_ms)", "fill": way} for way in ways), start="now-5m", resolution="1m"
    )

    assert [result.series[0].values for result in answered.results] == [
        [None, 1, None, 3, None],
        [0, 1, 0, 3, 0],
        [None, 1, 1, 3, 3],
        [None, 1, 2, 3, None],
    ]


def test_pages_go_on_where_the_one_before_ended(hub: SeededHub) -> None:
    query: dict[str, Any] = {"expression": "sum(requests)", "group_by": ["model"], "limit": 2}

    [first] = answer(hub, query).results
    [second] = answer(hub, {**query, "next": first.next}).results

    assert [series.dimensions["model"] for series in (*first.series, *second.series)] == ["large", "middle", "small"]
    assert (first.series_count, second.next) == (3, None)


def test_nothing_is_told_of_another_tenant(hub: SeededHub) -> None:
    hub.observe(NOON - MINUTE, cell("secret", tenant="globex"), requests=1)

    [result] = answer(hub, {"expression": "sum(requests)", "group_by": ["model"]}).results

    assert "secret" not in {series.dimensions["model"] for series in result.series}


def test_an_empty_hub_answers_with_nothing() -> None:
    hub = SeededHub()
    hub.close(NOON)

    [result] = answer(hub, {"expression": "p95(latency_ms)", "group_by": ["model"]}, compare="previous").results

    assert (result.series, result.series_count, result.next) == ([], 0, None)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"expression": "sum(vibes)"}, "invalid_expression"),
        ({"expression": "sum(requests)", "group_by": ["team", "provider"]}, "unknown_grouping"),
        ({"expression": "sum(requests)", "next": "@@@"}, "invalid_next"),
    ],
)
def test_what_cannot_be_answered_is_refused(hub: SeededHub, wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        answer(hub, wrong)

    assert (refused.value.status, refused.value.code) == (400, code)


def test_the_resolution_is_as_fine_as_fits(hub: SeededHub) -> None:
    asked = {"3h": "1m", "12h": "5m", "24h": "15m", "30d": "1h"}

    for length, resolution in asked.items():
        assert answer(hub, {"expression": "sum(requests)"}, start=f"now-{length}").resolution == resolution


def test_too_much_is_refused_before_it_is_read(hub: SeededHub) -> None:
    analysis = Analysis(hub.windows, hub.columns, lambda: NOON, most_rollups=10)
    question = Question.model_validate(
        {"queries": [{"name": "q", "expression": "sum(requests)", "group_by": ["model"]}]}
    )

    with pytest.raises(RejectedRequestError, match="too much"):
        analysis.answer(ACME, question)
