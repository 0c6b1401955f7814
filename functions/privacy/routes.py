"""From the gateway's requests to what each route about data subjects means."""

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from functions.privacy.holds import Keeping
from functions.privacy.requests import Requests
from shared.access.principal import Principal
from shared.errors import RejectedRequestError
from shared.privacy.wire import ConsentRequest, ErasureRequest, ExportRequest, HoldRequest

OK: Final = 200
ACCEPTED: Final = 202
CREATED: Final = 201
NO_CONTENT: Final = 204
Answered = tuple[int, BaseModel | None]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Privacy:
    requests: Requests
    keeping: Keeping

    def answer(self, request: Mapping[str, Any]) -> Answered:
        """The status and what is answered; nothing for what was lifted."""
        route = PRIVACY_ROUTES.get((request["httpMethod"], request["resource"]))
        if route is None:
            raise RejectedRequestError(404, "not_found", "there is nothing at this path")
        named = str((request.get("pathParameters") or {}).get("id", ""))
        return route(self, Principal.permitted(request), request, named)


Route = Callable[[Privacy, Principal, Mapping[str, Any], str], Answered]


def _lifted(on: Privacy, who: Principal, _asked: Mapping[str, Any], named: str) -> Answered:
    on.keeping.lift(who, named)
    return NO_CONTENT, None


def _body(request: Mapping[str, Any], model: type[Model]) -> Model:
    """RejectedRequestError 400 says what is wrong, field by field."""
    text = request.get("body") or ""
    try:
        return model.model_validate_json(b64decode(text) if request.get("isBase64Encoded") else text)
    except ValidationError as error:
        wrong = {".".join(map(str, each["loc"])) or "body": str(each["msg"]) for each in error.errors()}
        raise RejectedRequestError(400, "invalid_body", "the body is not valid", wrong) from None


def _user(request: Mapping[str, Any]) -> str:
    user_id = (request.get("queryStringParameters") or {}).get("user_id")
    if not user_id:
        raise RejectedRequestError(400, "invalid_parameter", "say whose: user_id", {"user_id": "it is missing"})
    return str(user_id)


PRIVACY_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("GET", "/v1/privacy/requests"): lambda on, who, *_: (OK, on.requests.list(who)),
    ("GET", "/v1/privacy/requests/{id}"): lambda on, who, _, named: (OK, on.requests.get(who, named)),
    ("DELETE", "/v1/privacy/requests/{id}"): lambda on, who, _, named: (OK, on.requests.cancel(who, named)),
    ("GET", "/v1/privacy/requests/{id}/download"): lambda on, who, _, named: (OK, on.requests.download(who, named)),
    ("POST", "/v1/privacy/exports"): lambda on, who, asked, _: (
        ACCEPTED,
        on.requests.export(who, _body(asked, ExportRequest)),
    ),
    ("POST", "/v1/privacy/erasures"): lambda on, who, asked, _: (
        ACCEPTED,
        on.requests.erase(who, _body(asked, ErasureRequest)),
    ),
    ("GET", "/v1/privacy/holds"): lambda on, who, *_: (OK, on.keeping.holds(who)),
    ("POST", "/v1/privacy/holds"): lambda on, who, asked, _: (CREATED, on.keeping.hold(who, _body(asked, HoldRequest))),
    ("DELETE", "/v1/privacy/holds/{id}"): _lifted,
    ("GET", "/v1/privacy/consents"): lambda on, who, asked, _: (OK, on.keeping.consents(who, _user(asked))),
    ("POST", "/v1/privacy/consents"): lambda on, who, asked, _: (
        CREATED,
        on.keeping.consent(who, _body(asked, ConsentRequest)),
    ),
}
