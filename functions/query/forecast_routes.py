"""From the gateway's requests to what each route about forecasts and budgets means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from functions.query.bodies import body_of
from functions.query.budgets import Budgets
from functions.query.forecast_models import BudgetInput, WhatIfInput
from functions.query.forecast_parameters import ForecastParameters
from functions.query.forecasts import Forecasts
from functions.query.what_if import WhatIf
from shared.access.principal import Principal

OK: Final = 200
CREATED: Final = 201
NO_CONTENT: Final = 204

Answered = tuple[int, BaseModel | None]


@dataclass(frozen=True, slots=True)
class Plans:
    forecasts: Forecasts
    budgets: Budgets
    what_if: WhatIf

    def answer(self, request: Mapping[str, Any]) -> Answered:
        """The status and what is answered; nothing for what was deleted."""
        named = str((request.get("pathParameters") or {}).get("id", ""))
        route = FORECAST_ROUTES[request["httpMethod"], request["resource"]]
        return route(self, Principal.permitted(request), request, named)


Route = Callable[[Plans, Principal, Mapping[str, Any], str], Answered]


def _deleted(on: Plans, who: Principal, _asked: Mapping[str, Any], named: str) -> Answered:
    on.budgets.delete(who, named)
    return NO_CONTENT, None


FORECAST_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("GET", "/v1/forecasts"): lambda on, who, asked, _: (OK, on.forecasts.list(who, ForecastParameters.of(asked))),
    ("POST", "/v1/forecasts/what-if"): lambda on, who, asked, _: (
        OK,
        on.what_if.answer(who, body_of(asked, WhatIfInput)),
    ),
    ("GET", "/v1/budgets"): lambda on, who, *_: (OK, on.budgets.list(who)),
    ("POST", "/v1/budgets"): lambda on, who, asked, _: (CREATED, on.budgets.add(who, body_of(asked, BudgetInput))),
    ("GET", "/v1/budgets/{id}"): lambda on, who, _, named: (OK, on.budgets.get(who, named)),
    ("PUT", "/v1/budgets/{id}"): lambda on, who, asked, named: (
        OK,
        on.budgets.change(who, named, body_of(asked, BudgetInput)),
    ),
    ("DELETE", "/v1/budgets/{id}"): _deleted,
}
