"""Budgets over a simulated month: what is told, and how often."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from functions.forecasting.assess import Assessor
from functions.forecasting.telling import Teller
from shared.errors import TransientError
from shared.forecasts.budget import Budget, Driver, Period, Standing, StoredBudget
from tests.builders.hours import TENTH, hour_of, publish
from tests.fakes.forecast_stores import InMemoryBudgetStore
from tests.fakes.notice_bus import InMemoryNoticeBus
from tests.fakes.rollup_store import InMemoryRollupStore

BUDGET = Budget(id="b1", tenant="acme", name="all of it", amount_usd=600.0, period=Period.MONTH)
FIRST = datetime(2026, 11, 1, tzinfo=UTC)


class Hub:
    def __init__(self, *budgets: Budget) -> None:
        self.rollups, self.budgets, self.bus = InMemoryRollupStore(), InMemoryBudgetStore(), InMemoryNoticeBus()
        for budget in budgets:
            self.budgets.create(StoredBudget(budget))

    def assess(self, origin: datetime, times: int = 1) -> None:
        teller = Teller(self.budgets, self.bus, "https://hub/")
        for _ in range(times):
            Assessor(self.rollups, self.budgets, teller, lambda: origin + timedelta(minutes=5)).assess("acme", origin)

    def standing(self, budget: Budget = BUDGET) -> Standing:
        standing = self.budgets.stored["acme", budget.id].standing
        assert standing is not None
        return standing

    @property
    def told(self) -> list[str]:
        return [detail_type for detail_type, _ in self.bus.told]


def test_a_crossing_is_told_once_however_often_it_is_looked_at() -> None:
    hub = Hub(BUDGET)
    content = [hour_of({"gpt-4o": 1.0})] * 720
    publish(content, FIRST, hub.rollups)

    for day in (2, 5, 9, 14, 19, 24, 25, 27, 29):
        hub.assess(FIRST + timedelta(days=day), times=2)

    assert hub.told == ["Budget At Risk", "Budget Exceeded"]
    assert len(set(hub.bus.notice_ids)) == 2
    first, last = (detail for _, detail in hub.bus.told)
    assert first["breach_day"].startswith("2026-11-2")
    assert first["breach_probability"] > 0.5
    assert last["spent_usd"] == pytest.approx(600.0)


def test_a_budget_that_will_do_is_told_never() -> None:
    hub = Hub(replace(BUDGET, amount_usd=2000.0))
    publish([hour_of({"gpt-4o": 1.0})] * 480, FIRST, hub.rollups)

    for day in (1, 2, 4, 7, 11, 15, 20):
        hub.assess(FIRST + timedelta(days=day))

    assert hub.told == []
    standing = hub.standing()
    assert standing.spent_usd == pytest.approx(480.0)
    assert standing.forecast_usd == pytest.approx(720.0, rel=0.05)
    assert standing.breach_probability == pytest.approx(0.0, abs=0.01)
    assert standing.breach_day is None


def test_a_new_period_begins_without_crossings() -> None:
    daily = replace(BUDGET, period=Period.DAY, amount_usd=10.0)
    hub = Hub(daily)
    publish([hour_of({"gpt-4o": 1.0})] * 72, FIRST, hub.rollups)

    for hour in range(4, 72):
        hub.assess(FIRST + timedelta(hours=hour))

    assert hub.told == ["Budget At Risk", "Budget Exceeded"] * 3
    assert len(set(hub.bus.notice_ids)) == 6


def test_a_chance_around_the_threshold_does_not_flutter() -> None:
    stored = StoredBudget(BUDGET)
    standing = Standing(
        assessed_at=TENTH,
        period_start=FIRST,
        period_end=TENTH,
        spent_until=TENTH,
        spent_usd=1.0,
        breach_probability=0.5,
    )

    for chance in (0.51, 0.45, 0.52, 0.35, 0.29, 0.31, 0.6):
        stored = stored.assessed(replace(standing, breach_probability=chance))

    assert [owed.id for owed in stored.owed] == ["b1/1", "b1/2"]


def test_a_budget_of_a_team_counts_that_team_alone_and_names_the_model_that_drives_it() -> None:
    team = replace(BUDGET, id="b2", team="search")
    hub = Hub(team)
    calm = hour_of({"gpt-4o": 1.0, "gpt-5": 0.1})
    risen = hour_of({"gpt-4o": 1.0, "gpt-5": 3.0})
    publish([calm] * 72 + [risen] * 24, FIRST, hub.rollups)
    publish([hour_of({"gpt-4o": 50.0}, team="ads")] * 1, FIRST + timedelta(days=4), hub.rollups)

    hub.assess(FIRST + timedelta(days=4))

    standing = hub.standing(team)
    assert standing.spent_usd == pytest.approx(72 * 1.1 + 24 * 4.0)
    assert standing.driver is not None
    assert (standing.driver.dimension, standing.driver.value) == ("model", "gpt-5")
    assert standing.driver.share == pytest.approx(0.75)
    assert standing.driver.rise_usd_per_day == pytest.approx(2.9 * 24)


def test_a_budget_without_history_says_what_is_spent_and_no_more() -> None:
    hub = Hub(BUDGET)

    hub.assess(FIRST + timedelta(days=1))

    standing = hub.standing()
    assert (standing.spent_usd, standing.forecast_usd, standing.breach_probability) == (0.0, None, None)


def test_what_the_bus_did_not_take_is_told_the_next_time() -> None:
    hub = Hub(BUDGET)
    publish([hour_of({"gpt-4o": 9.0})] * 72, FIRST, hub.rollups)

    def refuse(_detail_type: str) -> None:
        raise TransientError("put events: Throttling")

    hub.bus.before_put = refuse
    with pytest.raises(TransientError):
        hub.assess(FIRST + timedelta(days=3))
    hub.bus.before_put = lambda _detail_type: None
    hub.assess(FIRST + timedelta(days=3), times=2)

    assert hub.told == ["Budget Exceeded"]
    assert isinstance(hub.standing().driver, Driver)
