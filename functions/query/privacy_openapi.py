"""The part of the API's description that is about data subjects."""

from collections.abc import Callable
from typing import Any, Final

from pydantic import BaseModel

from shared.access.routes import NEEDED
from shared.privacy.wire import (
    ConsentAnswer,
    ConsentRequest,
    DownloadAnswer,
    ErasureRequest,
    ExportRequest,
    HoldAnswer,
    HoldRequest,
    HoldsAnswer,
    PrivacyRequestAnswer,
    PrivacyRequestsAnswer,
)

Json = dict[str, Any]
Model = type[BaseModel]
Described = tuple[str, str, str, Model | None, Model | None]

PRIVACY_ANSWERS: Final[tuple[Model, ...]] = (
    ConsentAnswer,
    DownloadAnswer,
    HoldAnswer,
    HoldsAnswer,
    PrivacyRequestAnswer,
    PrivacyRequestsAnswer,
)
PRIVACY_BODIES: Final[tuple[Model, ...]] = (ConsentRequest, ErasureRequest, ExportRequest, HoldRequest)
_REQUEST: Final = "/v1/privacy/requests/{id}"
_DESCRIBED: Final[dict[tuple[str, str], Described]] = {
    ("GET", "/v1/privacy/requests"): ("getPrivacyRequests", "All requests", "200", PrivacyRequestsAnswer, None),
    ("GET", _REQUEST): ("getPrivacyRequest", "One request", "200", PrivacyRequestAnswer, None),
    ("DELETE", _REQUEST): ("cancelPrivacyRequest", "Cancel what has not begun", "200", PrivacyRequestAnswer, None),
    ("GET", f"{_REQUEST}/download"): ("downloadExport", "Links to an export", "200", DownloadAnswer, None),
    ("POST", "/v1/privacy/exports"): ("exportSubject", "All of a person", "202", PrivacyRequestAnswer, ExportRequest),
    ("POST", "/v1/privacy/erasures"): ("eraseSubject", "Forget a person", "202", PrivacyRequestAnswer, ErasureRequest),
    ("GET", "/v1/privacy/holds"): ("getHolds", "Legal holds", "200", HoldsAnswer, None),
    ("POST", "/v1/privacy/holds"): ("placeHold", "Keep a person from being erased", "201", HoldAnswer, HoldRequest),
    ("DELETE", "/v1/privacy/holds/{id}"): ("liftHold", "Lift a legal hold", "204", None, None),
    ("GET", "/v1/privacy/consents"): ("getConsents", "What a person has agreed to", "200", ConsentAnswer, None),
    ("POST", "/v1/privacy/consents"): ("recordConsent", "Record a consent", "201", ConsentAnswer, ConsentRequest),
}
_CONFLICTS: Final = {
    "cancelPrivacyRequest": {"409": "It has begun."},
    "downloadExport": {"409": "It is not done.", "410": "It was kept for seven days."},
    "eraseSubject": {"409": "A legal hold lies on the subject."},
}
_ID: Final[Json] = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_USER: Final[Json] = {"name": "user_id", "in": "query", "required": True, "schema": {"type": "string"}}


def privacy_paths(reference: Callable[[Model], Json], content: Callable[[str, Json], Json], refusals: Json) -> Json:
    """All operations, with what the rest of the description is made by."""
    paths: dict[str, Json] = {}
    error: Json = {"$ref": "#/components/schemas/ErrorAnswer"}
    for (method, path), (name, summary, status, answer, body) in _DESCRIBED.items():
        missing = {"404": "There is no such thing."} if "{id}" in path else {}
        refused = {**missing, **_CONFLICTS.get(name, {})}
        answered = content("The answer.", reference(answer)) if answer else {"description": "It is lifted."}
        paths.setdefault(path, {})[method.lower()] = {
            "operationId": name,
            "summary": summary,
            "description": f"Needs the permission {NEEDED[method, path]}.",
            "parameters": [*([_ID] if "{id}" in path else []), *([_USER] if name == "getConsents" else [])],
            **({"requestBody": _body(reference(body))} if body else {}),
            "responses": {
                status: answered,
                **refusals,
                **{code: content(why, error) for code, why in refused.items()},
            },
        }
    return paths


def _body(schema: Json) -> Json:
    return {"required": True, "content": {"application/json": {"schema": schema}}}
