"""The part of the API's description that is about forecasts and budgets."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel

from functions.query.forecast_models import (
    BudgetAnswer,
    BudgetInput,
    BudgetsAnswer,
    ForecastsAnswer,
    WhatIfAnswer,
    WhatIfInput,
)
from functions.query.forecast_parameters import ForecastParameters
from functions.query.forecast_routes import FORECAST_ROUTES
from shared.access.routes import NEEDED

Json = dict[str, Any]
Model = type[BaseModel]

FORECAST_ANSWERS: Final[tuple[Model, ...]] = (BudgetAnswer, BudgetsAnswer, ForecastsAnswer, WhatIfAnswer)
FORECAST_BODIES: Final[tuple[Model, ...]] = (BudgetInput, WhatIfInput)
_DESCRIBED: Final[dict[tuple[str, str], tuple[str, str, Model | None, Model | None]]] = {
    ("GET", "/v1/forecasts"): ("getForecasts", "The newest forecast of each series", ForecastsAnswer, None),
    ("POST", "/v1/forecasts/what-if"): ("askWhatIf", "With other traffic or another model", WhatIfAnswer, WhatIfInput),
    ("GET", "/v1/budgets"): ("getBudgets", "All budgets, and how they stand", BudgetsAnswer, None),
    ("POST", "/v1/budgets"): ("addBudget", "Add a budget", BudgetAnswer, BudgetInput),
    ("GET", "/v1/budgets/{id}"): ("getBudget", "One budget, and how it stands", BudgetAnswer, None),
    ("PUT", "/v1/budgets/{id}"): ("changeBudget", "Another budget in its place", BudgetAnswer, BudgetInput),
    ("DELETE", "/v1/budgets/{id}"): ("deleteBudget", "Delete a budget", None, None),
}
_STATUS: Final = {"addBudget": "201", "deleteBudget": "204"}
_MORE_REFUSALS: Final[dict[str, dict[str, str]]] = {
    "askWhatIf": {"409": "There is too little history yet."},
    "addBudget": {"409": "There are too many budgets."},
}
_ID: Final[Json] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def forecast_paths(
    parameters: Callable[[Model], list[Json]],
    reference: Callable[[Model], Json],
    content: Callable[[str, Json], Json],
    refusals: Json,
) -> Json:
    """All operations, with what the rest of the description is made by."""
    paths: dict[str, Json] = {}
    error = {"$ref": "#/components/schemas/ErrorAnswer"}
    for method, path in FORECAST_ROUTES:
        name, summary, answer, body = _DESCRIBED[method, path]
        missing: dict[str, str] = {"404": "There is no such budget."} if "{id}" in path else {}
        refused = {**missing, **({"413": "Over 64 KB."} if body else {}), **_MORE_REFUSALS.get(name, {})}
        answered = content("The answer.", reference(answer)) if answer else {"description": "It is gone."}
        responses: Json = {_STATUS.get(name, "200"): answered, **refusals}
        responses |= {status: content(why, error) for status, why in refused.items()}
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": name,
            "summary": summary,
            "description": f"Needs the permission {NEEDED[method, path]}.",
            "parameters": [
                *([_ID] if "{id}" in path else []),
                *(parameters(ForecastParameters) if name == "getForecasts" else []),
            ],
            **({"requestBody": _body(reference(body))} if body else {}),
            "responses": responses,
        }
    return paths


def _body(schema: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}}
