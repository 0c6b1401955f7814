"""The day of batches that a run forecasts, and when it has shown what it must."""

from datetime import UTC, datetime
from typing import Any

from infra.local.planning import HOURS, MODELS, Planned, history, shortfalls

ANCHOR = datetime(2026, 11, 22, 12, 40, tzinfo=UTC)
STANDING = {"breach_probability": 0.9, "is_at_risk": True}


def planned(standing: Any = STANDING, models: int = 3) -> Planned:
    forecasts: list[dict[str, Any]] = [{"dimensions": {"model": str(number)}} for number in range(models)]
    return Planned({"computed_cost_usd": forecasts}, {"standing": standing})


def test_every_whole_hour_of_the_history_has_its_batch_and_nothing_else_has() -> None:
    calls = history(1, ANCHOR)

    hours = sorted({call["timestamp"][:13] for call in calls})
    assert len(hours) == HOURS
    assert (hours[0], hours[-1]) == ("2026-11-21T16", "2026-11-22T11")
    assert {call["payload"]["data"]["model_id"] for call in calls} == MODELS
    assert calls == history(1, ANCHOR)


def test_a_run_has_shown_what_it_must_when_all_is_forecast_and_the_budget_is_at_risk() -> None:
    assert shortfalls(planned()) == []
    assert shortfalls(planned(models=2)) == ["not every model's computed_cost_usd is forecast"]
    assert shortfalls(planned(standing=None)) == ["nobody knows whether the budget will do"]
    assert shortfalls(planned(standing={"breach_probability": 0.1, "is_at_risk": False})) == [
        "the budget that will break is not at risk"
    ]
