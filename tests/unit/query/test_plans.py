"""Forecasts, budgets and what-ifs as they are asked and answered."""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from functions.forecasting.predict import Predictor
from functions.query.forecast_routes import Plans
from shared.errors import RejectedRequestError
from shared.forecasts.budget import standing_of
from shared.forecasts.stores import Task
from tests.builders.hours import TENTH, hour_of, publish
from tests.builders.plans import plans_of
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.forecast_stores import InMemoryBudgetStore, InMemoryForecastStore
from tests.fakes.rollup_store import InMemoryRollupStore

LATER = TENTH + timedelta(days=3, minutes=20)
BUDGET = {"name": "search in November", "amount_usd": 500, "team": "search"}


@dataclass
class Planning:
    rollups: InMemoryRollupStore = field(default_factory=InMemoryRollupStore)
    closed: InMemoryClosedWindowStore = field(default_factory=InMemoryClosedWindowStore)
    forecasts: InMemoryForecastStore = field(default_factory=InMemoryForecastStore)
    budgets: InMemoryBudgetStore = field(default_factory=InMemoryBudgetStore)

    def ask(self, method: str, resource: str, *, role: str = "analyst", named: str = "", **asked: Any) -> Any:
        body = asked.pop("body", None)
        request = {
            "httpMethod": method,
            "resource": resource,
            "pathParameters": {"id": named} if named else None,
            "multiValueQueryStringParameters": {name: [value] for name, value in asked.items()} or None,
            "body": body,
            "requestContext": {
                "authorizer": {"tenant": "acme", "role": role, "key_id": "key_1", "rate_plan": "standard"}
            },
        }
        status, answer = self.plans.answer(request)
        return status, answer and answer.model_dump(mode="json")

    @property
    def plans(self) -> Plans:
        return plans_of(self.rollups, self.closed, lambda: LATER, self.forecasts, self.budgets)

    def live(self, hours: int = 72) -> datetime:
        content = [hour_of({"gpt-4o": 2.0 + np.sin(hour / 4), "gpt-5": 1.0}) for hour in range(hours)]
        origin = publish(content, TENTH, self.rollups, self.closed)
        groups = (("gpt-4o",), ("gpt-5",))
        Predictor(self.rollups, self.forecasts, lambda: LATER).predict(Task(origin, "acme", "model", groups))
        return origin


@pytest.fixture
def planning() -> Planning:
    return Planning()


def test_the_newest_forecasts_of_a_measure_are_listed_page_by_page(planning: Planning) -> None:
    origin = planning.live()

    _, first = planning.ask("GET", "/v1/forecasts", measure="computed_cost_usd", group_by="model", limit="1")
    _, second = planning.ask(
        "GET", "/v1/forecasts", measure="computed_cost_usd", group_by="model", limit="1", next=first["next"]
    )

    (forecast,) = first["forecasts"]
    assert (first["unit"], first["statistic"], second["next"]) == ("USD", "sum", None)
    assert forecast["dimensions"] == {"model": "gpt-4o"}
    assert second["forecasts"][0]["dimensions"] == {"model": "gpt-5"}
    assert datetime.fromisoformat(forecast["origin"]) == origin
    assert len(forecast["hours"]) == 24
    assert (forecast["coverage"], forecast["scored_forecasts"], forecast["realised_coverage"]) == (0.95, 0, None)
    assert forecast["month"]["lower"] < forecast["month"]["point"] < forecast["month"]["upper"]


def test_forecasts_are_filtered_by_dimension(planning: Planning) -> None:
    planning.live()

    _, found = planning.ask("GET", "/v1/forecasts", measure="latency_ms", model="gpt-5")

    (forecast,) = found["forecasts"]
    assert (found["statistic"], forecast["dimensions"], forecast["month"]) == ("p95", {"model": "gpt-5"}, None)
    assert forecast["hours"][0]["point"] == pytest.approx(500.0, rel=0.02)


@pytest.mark.parametrize("asked", [{"measure": "vibes"}, {"measure": "requests", "next": "@@@"}])
def test_what_cannot_be_answered_is_refused(planning: Planning, asked: dict[str, str]) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        planning.ask("GET", "/v1/forecasts", **asked)

    assert refused.value.status == 400


def test_a_budget_is_added_read_changed_and_deleted(planning: Planning) -> None:
    status, added = planning.ask("POST", "/v1/budgets", body=_json(BUDGET))
    _, read = planning.ask("GET", "/v1/budgets/{id}", named=added["id"])
    _, changed = planning.ask("PUT", "/v1/budgets/{id}", named=added["id"], body=_json({**BUDGET, "amount_usd": 7}))
    _, listed = planning.ask("GET", "/v1/budgets")
    gone, _ = planning.ask("DELETE", "/v1/budgets/{id}", named=added["id"])

    assert (status, gone) == (201, 204)
    assert read == added
    assert (added["amount_usd"], added["period"], added["standing"]) == (500.0, "month", None)
    assert listed["budgets"] == [changed]
    assert changed["amount_usd"] == 7.0
    with pytest.raises(RejectedRequestError, match="no such budget"):
        planning.ask("GET", "/v1/budgets/{id}", named=added["id"])


def test_a_budget_says_how_it_stood(planning: Planning) -> None:
    _, added = planning.ask("POST", "/v1/budgets", body=_json(BUDGET))
    (stored,) = planning.budgets.of_tenant("acme")
    standing = standing_of(stored.budget, now=LATER, origin=TENTH, spent_usd=501.0, seen=None, driver=None)
    planning.budgets.swap(stored, stored.assessed(standing))

    _, read = planning.ask("GET", "/v1/budgets/{id}", named=added["id"])

    assert (read["standing"]["spent_usd"], read["standing"]["is_exceeded"]) == (501.0, True)
    assert read["standing"]["period_end"] == "2026-12-01T00:00:00Z"


@pytest.mark.parametrize(
    "wrong", [{"amount_usd": 0}, {"provider": "openai"}, {"period": "year"}, {"threshold": 0.1}, {"colour": "red"}]
)
def test_a_budget_that_cannot_be_kept_is_refused(planning: Planning, wrong: dict[str, Any]) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        planning.ask("POST", "/v1/budgets", body=_json({**BUDGET, **wrong}))

    assert refused.value.status == 400


def test_a_viewer_keeps_no_budget(planning: Planning) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        planning.ask("POST", "/v1/budgets", role="viewer", body=_json(BUDGET))

    assert refused.value.status == 403


def test_twice_the_traffic_costs_twice_as_much_with_an_interval_twice_as_wide(planning: Planning) -> None:
    planning.live()

    _, answer = planning.ask("POST", "/v1/forecasts/what-if", role="viewer", body=_json({"traffic": 2}))

    for bound in ("point", "lower", "upper"):
        before, after = ([hour[bound] for hour in answer[case]["hours"]] for case in ("as_it_is", "changed"))
        assert after == pytest.approx([2 * value for value in before], rel=1e-3)
    assert answer["changed"]["month"]["point"] == pytest.approx(2 * answer["as_it_is"]["month"]["point"], rel=1e-3)


def test_another_model_costs_what_its_prices_say(planning: Planning) -> None:
    """gpt-4o's hours have 1,000 tokens in and 100 out for each dollar; gpt-4o-mini takes $0.15 and $0.60 a million."""
    planning.live()
    replace = {"model": "gpt-4o", "by_provider": "openai", "by_model": "gpt-4o-mini"}

    _, answer = planning.ask("POST", "/v1/forecasts/what-if", body=_json({"replace": replace}))

    last = answer["changed"]["hours"]
    assert all(0.99 < hour["point"] < 1.02 for hour in last)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"measure": "requests", "replace": {"model": "a", "by_provider": "openai", "by_model": "gpt-4o"}}, 400),
        ({"replace": {"model": "gpt-4o", "by_provider": "openai", "by_model": "unheard-of"}}, 400),
        ({"replace": {"model": "silent", "by_provider": "openai", "by_model": "gpt-4o"}}, 400),
        ({"team": "nobody"}, 409),
        ({"traffic": 0}, 400),
    ],
)
def test_a_question_that_has_no_answer_is_refused(planning: Planning, body: dict[str, Any], status: int) -> None:
    planning.live(hours=5)

    with pytest.raises(RejectedRequestError) as refused:
        planning.ask("POST", "/v1/forecasts/what-if", body=_json(body))

    assert refused.value.status == status


def _json(body: Any) -> str:
    return json.dumps(body)
