"""The part of the API's description that is about questions, dashboards, preferences and the audit log."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel

from functions.query.analysis_models import ExportInput, Question, QuestionAnswer
from functions.query.audit_models import AuditAnswer, AuditVerdict, WhoAnswer
from functions.query.document_models import (
    DashboardAnswer,
    DashboardInput,
    DashboardsAnswer,
    LiveAnswer,
    PreferencesAnswer,
    PreferencesInput,
    ShareAnswer,
    ShareInput,
)
from functions.query.parameters import AuditParameters, QuestionParameters
from shared.access.routes import NEEDED

Json = dict[str, Any]
Model = type[BaseModel]
Described = tuple[str, str, Model | None, Model | None]

CONSOLE_ANSWERS: Final[tuple[Model, ...]] = (
    AuditAnswer,
    AuditVerdict,
    DashboardAnswer,
    DashboardsAnswer,
    LiveAnswer,
    PreferencesAnswer,
    QuestionAnswer,
    ShareAnswer,
    WhoAnswer,
)
CONSOLE_BODIES: Final[tuple[Model, ...]] = (DashboardInput, ExportInput, PreferencesInput, Question, ShareInput)
_DESCRIBED: Final[dict[tuple[str, str], Described]] = {
    ("GET", "/v1/query"): ("getQuery", "Several formulas over one range", QuestionAnswer, None),
    ("POST", "/v1/query"): ("query", "Several formulas over one range", QuestionAnswer, Question),
    ("POST", "/v1/query/export"): ("exportQuery", "The answer as a file", None, ExportInput),
    ("GET", "/v1/me"): ("getMe", "Who asks, and what they may do", WhoAnswer, None),
    ("GET", "/v1/dashboards"): ("getDashboards", "Dashboards that you may read", DashboardsAnswer, None),
    ("POST", "/v1/dashboards"): ("addDashboard", "Keep a dashboard", DashboardAnswer, DashboardInput),
    ("GET", "/v1/dashboards/{id}"): ("getDashboard", "One dashboard", DashboardAnswer, None),
    ("PUT", "/v1/dashboards/{id}"): ("changeDashboard", "Another in its place", DashboardAnswer, DashboardInput),
    ("DELETE", "/v1/dashboards/{id}"): ("deleteDashboard", "Delete a dashboard", None, None),
    ("POST", "/v1/dashboards/{id}/share"): ("shareDashboard", "A link to it", ShareAnswer, ShareInput),
    ("DELETE", "/v1/dashboards/{id}/share"): ("unshareDashboard", "End its link", None, None),
    ("GET", "/v1/dashboards/shared/{token}"): ("getSharedDashboard", "What a link leads to", DashboardAnswer, None),
    ("POST", "/v1/live"): ("openLive", "A ticket for the WebSocket API", LiveAnswer, None),
    ("GET", "/v1/preferences"): ("getPreferences", "What you prefer", PreferencesAnswer, None),
    ("PUT", "/v1/preferences"): ("putPreferences", "Prefer something else", PreferencesAnswer, PreferencesInput),
    ("GET", "/v1/audit"): ("getAudit", "Who did what, the newest first", AuditAnswer, None),
    ("GET", "/v1/audit/verify"): ("verifyAudit", "Whether the audit log is whole", AuditVerdict, None),
}
_ASKED: Final[dict[str, Model]] = {"getQuery": QuestionParameters, "getAudit": AuditParameters}
_CREATING: Final = frozenset(("addDashboard", "openLive", "shareDashboard"))
_CONFLICTS: Final = frozenset(("addDashboard", "changeDashboard", "putPreferences", "shareDashboard"))
_FILES: Final[Json] = {
    "description": "A file with a row for each series and window; Parquet for who accepts it, as by `Accept: */*`.",
    "content": {
        "text/csv": {"schema": {"type": "string"}},
        "application/vnd.apache.parquet": {"schema": {"type": "string", "contentEncoding": "binary"}},
    },
}


def console_paths(
    parameters: Callable[[Model], list[Json]],
    reference: Callable[[Model], Json],
    content: Callable[[str, Json], Json],
    refusals: Json,
) -> Json:
    """All operations, with what the rest of the description is made by."""
    paths: dict[str, Json] = {}
    for (method, path), (name, summary, answer, body) in _DESCRIBED.items():
        asked = _ASKED.get(name)
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": name,
            "summary": summary,
            "description": f"Needs the permission {NEEDED[method, path]}.",
            "parameters": [*_named(path), *(parameters(asked) if asked else [])],
            **({"requestBody": _body(reference(body))} if body else {}),
            "responses": {
                **_answered(name, reference, content, answer),
                **refusals,
                **_refused(name, path, content, has_body=body is not None),
            },
        }
    return paths


def _answered(
    name: str, reference: Callable[[Model], Json], content: Callable[[str, Json], Json], answer: Model | None
) -> Json:
    if name == "exportQuery":
        return {"200": _FILES}
    if answer is None:
        return {"204": {"description": "It is gone."}}
    return {"201" if name in _CREATING else "200": content("The answer.", reference(answer))}


def _refused(name: str, path: str, content: Callable[[str, Json], Json], *, has_body: bool) -> Json:
    error: Json = {"$ref": "#/components/schemas/ErrorAnswer"}
    refused = {
        **({"404": "There is no such dashboard."} if "{" in path else {}),
        **({"409": "Another has written meanwhile, or there are too many."} if name in _CONFLICTS else {}),
        **({"413": "The body is too large."} if has_body else {}),
    }
    return {status: content(why, error) for status, why in refused.items()}


def _named(path: str) -> list[Json]:
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]


def _body(schema: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}}
