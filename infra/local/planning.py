"""Shows what the hub expects: a day of hourly batches of a tenant of its own, forecast by model, and a budget of it."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import cos, pi
from typing import Any

from rich.console import Console
from rich.table import Table

from infra.local.clock import client, function_of, tick, written
from infra.local.emulator import Emulator
from infra.local.hub import Hub, HubRefusedError
from infra.local.requests import posts_of
from infra.local.sending import send_all
from infra.local.workload import CALM, Workload
from perf.workloads.traffic import generate

HOURS = 20
"""Of the 24 that may be late."""
MODELS = frozenset(("gpt-4o", "gpt-5", "gpt-5-mini"))
_USUAL = 90
_SWING = 50
_SHARE_LEFT = 1.1
"""The budget is this much of what is spent already, so that it must break."""
_PATIENCE_SECONDS = 90
_MEASURES = ("input_tokens", "output_tokens", "computed_cost_usd")

Json = dict[str, Any]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Planned:
    """The newest forecasts by measure, and the budget with how it stands."""

    forecasts: dict[str, Sequence[Json]]
    budget: Json


def history(seed: int, anchor: datetime) -> list[Json]:
    """A minute of calls in each of the last whole hours, more by day than by night; of few models, so it is soon sent."""
    last = anchor.replace(minute=0, second=0, microsecond=0)
    calls = [event for back in range(HOURS, 0, -1) for event in _batch(seed + back, last - timedelta(hours=back))]
    return [call for call in calls if call["payload"]["data"]["model_id"] in MODELS]


def _batch(seed: int, hour: datetime) -> list[Json]:
    requests = round(_USUAL - _SWING * cos(hour.hour / 12 * pi))
    made = generate(seed, hour + timedelta(minutes=30), hour + timedelta(minutes=31), requests, CALM)
    return [event for event in made if event["payload"]["data"].get("telemetry_type") == "inference"]


def plan(hub: Hub, emulator: Emulator, anchor: datetime, tell: Tell) -> Planned:
    """Sends the history, waits for its hours, keeps a budget, and has the hub forecast as its hourly rule would."""
    events = history(1, anchor)
    tell("sending a day of hourly batches")
    send_all(hub, list(posts_of(Workload("history", events, ()))), on_answer=lambda _post: None)
    time.sleep(2.5)  # the protocol's guard against jitter of arrival stamps
    tick(emulator)
    hours = _settled(hub, len(events), tell)
    budget = _budget(hub, hours)
    client("lambda", emulator).invoke(FunctionName=function_of(emulator, "forecasting"), Payload=b"{}")
    tell("the hub forecasts")
    return _planned(hub, budget)


def _settled(hub: Hub, requests: int, tell: Tell) -> Sequence[Json]:
    """The hours of cost, once every call is in them."""
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while (found := sum(point["sum"] for point in _points(hub, "requests"))) < requests:
        tell(f"{found:,.0f} of {requests:,} calls are in closed hours")
        if time.monotonic() > give_up:
            raise HubRefusedError(f"only {found:,.0f} of {requests:,} calls came into closed hours")
        time.sleep(1)
    return _points(hub, "computed_cost_usd")


def _points(hub: Hub, measure: str) -> Sequence[Json]:
    asked = {"measure": measure, "resolution": "1h", "start": "now-24h", "end": "now"}
    return [point for series in hub.get("/v1/metrics", **asked)["series"] for point in series["points"]]


def _budget(hub: Hub, hours: Sequence[Json]) -> Json:
    month = written(datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0))
    spent = sum(point["sum"] for point in hours if point["start"] >= month) or sum(point["sum"] for point in hours)
    asked = {"name": "batches of the month", "amount_usd": round(_SHARE_LEFT * spent, 2), "period": "month"}
    answer = hub.post("/v1/budgets", json.dumps(asked).encode(), {"content-type": "application/json"})
    if answer.status != 201:  # noqa: PLR2004 (HTTP)
        raise HubRefusedError(f"a budget was answered {answer.status}: {answer.body.decode(errors='replace')}")
    budget: Json = answer.json()
    return budget


def _planned(hub: Hub, budget: Json) -> Planned:
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        asked = {name: hub.get("/v1/forecasts", measure=name, group_by="model")["forecasts"] for name in _MEASURES}
        found = Planned(asked, hub.get(f"/v1/budgets/{budget['id']}"))
        if not shortfalls(found) or time.monotonic() > give_up:
            return found
        time.sleep(1)


def shortfalls(found: Planned) -> list[str]:
    """What a run must show and does not."""
    missing = [
        f"not every model's {name} is forecast" for name, each in found.forecasts.items() if len(each) < len(MODELS)
    ]
    standing = found.budget["standing"]
    if not standing or not standing["breach_probability"]:
        return [*missing, "nobody knows whether the budget will do"]
    return missing if standing["is_at_risk"] else [*missing, "the budget that will break is not at risk"]


def show(console: Console, found: Planned) -> None:
    table = Table(title="What the hub expects of a tenant with a day of hourly batches (95 % intervals)")
    table.add_column("model", overflow="fold")
    for name in _MEASURES:
        table.add_column(f"{name}, next hour", justify="right")
    table.add_column("cost USD to the month's end", justify="right")
    by_model = {each["dimensions"]["model"]: each for each in found.forecasts["computed_cost_usd"]}
    for model, cost in sorted(by_model.items()):
        rows = (_of(model, found.forecasts[name])["hours"][0] for name in _MEASURES)
        table.add_row(model, *map(_interval, rows), _interval(cost["month"]))
    console.print(table)
    console.print(_told(found.budget))


def _of(model: str, forecasts: Sequence[Json]) -> Json:
    return next(each for each in forecasts if each["dimensions"]["model"] == model)


def _interval(value: Json) -> str:
    digits = 0 if value["point"] >= 100 else 2  # noqa: PLR2004 (cents do not matter of hundreds)
    return f"{value['point']:,.{digits}f} ({value['lower']:,.{digits}f} to {value['upper']:,.{digits}f})"


def _told(budget: Json) -> str:
    standing = budget["standing"] or {}
    day = (standing.get("breach_day") or "no day")[:10]
    driver = standing.get("driver") or {}
    return (
        f"budget {budget['name']!r}: ${standing.get('spent_usd', 0):,.2f} of ${budget['amount_usd']:,.2f} spent;"
        f" by the month's end ${standing.get('forecast_usd') or 0:,.2f}"
        f" (${standing.get('lower_usd') or 0:,.2f} to ${standing.get('upper_usd') or 0:,.2f});"
        f" breach with a probability of {standing.get('breach_probability') or 0:.0%}, expected on {day},"
        f" driven by {driver.get('dimension')} {driver.get('value')}"
    )
