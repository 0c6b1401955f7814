"""The part of the API's description that is about alerts."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import BaseModel

from functions.query.alert_models import (
    AnomaliesAnswer,
    AnomalyAnswer,
    Decision,
    MaintenanceAnswer,
    MaintenanceInput,
    MaintenancesAnswer,
    RuleAnswer,
    RuleInput,
    RulesAnswer,
)
from functions.query.parameters import AnomalyParameters

Json = dict[str, Any]
Model = type[BaseModel]

ALERT_ANSWERS: Final[tuple[Model, ...]] = (
    AnomaliesAnswer,
    AnomalyAnswer,
    MaintenanceAnswer,
    MaintenancesAnswer,
    RuleAnswer,
    RulesAnswer,
)
ALERT_BODIES: Final[tuple[Model, ...]] = (Decision, MaintenanceInput, RuleInput)
_READ: Final = "Needs the permission metrics:read."
_WRITE: Final = "Needs the permissions metrics:read and metrics:write."
_ID: Final[Json] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def alert_paths(
    parameters: Callable[[Model], list[Json]],
    reference: Callable[[Model], Json],
    content: Callable[[str, Json], Json],
    refusals: Mapping[str, str],
) -> Json:
    """All operations, with what the rest of the description is made by."""

    def operation(  # noqa: PLR0913 (what an operation is made of)
        name: str,
        summary: str,
        answer: Model | None,
        *,
        status: str = "200",
        body: Model | None = None,
        asked: Model | None = None,
        named: bool = False,
    ) -> Json:
        is_write = body is not None or answer is None
        refused = {**refusals, **({"404": "There is no such thing."} if named else {})}
        error = {"$ref": "#/components/schemas/ErrorAnswer"}
        answered = content("The answer.", reference(answer)) if answer else {"description": "It is gone."}
        return {
            "operationId": name,
            "summary": summary,
            "description": _WRITE if is_write else _READ,
            "parameters": [*([_ID] if named else []), *(parameters(asked) if asked else [])],
            **({"requestBody": {"required": True, **_json_body(reference(body))}} if body else {}),
            "responses": {status: answered, **{code: content(why, error) for code, why in refused.items()}},
        }

    return {
        "/v1/anomalies": {
            "get": operation("getAnomalies", "Anomalies, the newest first", AnomaliesAnswer, asked=AnomalyParameters)
        },
        "/v1/anomalies/{id}": {
            "get": operation("getAnomaly", "One anomaly", AnomalyAnswer, named=True),
            "patch": operation("decideAnomaly", "Say what it is to people", AnomalyAnswer, body=Decision, named=True),
        },
        "/v1/rules": {
            "get": operation("getRules", "The tenant's own rules", RulesAnswer),
            "post": operation("addRule", "Add a rule", RuleAnswer, status="201", body=RuleInput),
        },
        "/v1/rules/{id}": {
            "get": operation("getRule", "One rule", RuleAnswer, named=True),
            "put": operation("changeRule", "Another rule in its place", RuleAnswer, body=RuleInput, named=True),
            "delete": operation("deleteRule", "Delete a rule", None, status="204", named=True),
        },
        "/v1/maintenance": {
            "get": operation("getMaintenance", "Times in which nobody is told", MaintenancesAnswer),
            "post": operation(
                "addMaintenance", "Plan a maintenance window", MaintenanceAnswer, status="201", body=MaintenanceInput
            ),
        },
        "/v1/maintenance/{id}": {
            "delete": operation("deleteMaintenance", "Delete a maintenance window", None, status="204", named=True)
        },
    }


def _json_body(schema: Json) -> Json:
    return {"content": {"application/json": {"schema": schema}}}
