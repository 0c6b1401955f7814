"""From the gateway's requests to what each route about dashboards and preferences means."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from functions.query.bodies import body_of
from functions.query.dashboards import Dashboards
from functions.query.document_models import DashboardInput, PreferencesInput, ShareInput
from functions.query.preferences import Preferences
from functions.query.tickets import Tickets
from shared.access.principal import Principal

OK: Final = 200
CREATED: Final = 201
NO_CONTENT: Final = 204
MOST_CONTENT_BYTES: Final = 256 * 1024

Answered = tuple[int, BaseModel | None]


@dataclass(frozen=True, slots=True)
class Documents:
    dashboards: Dashboards
    preferences: Preferences
    tickets: Tickets

    def answer(self, request: Mapping[str, Any]) -> Answered:
        """The status and what is answered; nothing for what was deleted."""
        path = request.get("pathParameters") or {}
        route = DOCUMENT_ROUTES[request["httpMethod"], request["resource"]]
        return route(self, Principal.permitted(request), request, str(path.get("id") or path.get("token") or ""))


Route = Callable[[Documents, Principal, Mapping[str, Any], str], Answered]


def _deleted(on: Documents, who: Principal, _asked: Mapping[str, Any], named: str) -> Answered:
    on.dashboards.delete(who, named)
    return NO_CONTENT, None


def _unshared(on: Documents, who: Principal, _asked: Mapping[str, Any], named: str) -> Answered:
    on.dashboards.unshare(who, named)
    return NO_CONTENT, None


def _sent(request: Mapping[str, Any]) -> DashboardInput:
    return body_of(request, DashboardInput, MOST_CONTENT_BYTES)


DOCUMENT_ROUTES: Final[Mapping[tuple[str, str], Route]] = {
    ("GET", "/v1/dashboards"): lambda on, who, *_: (OK, on.dashboards.list(who)),
    ("POST", "/v1/dashboards"): lambda on, who, asked, _: (CREATED, on.dashboards.add(who, _sent(asked))),
    ("GET", "/v1/dashboards/{id}"): lambda on, who, _, named: (OK, on.dashboards.get(who, named)),
    ("PUT", "/v1/dashboards/{id}"): lambda on, who, asked, named: (OK, on.dashboards.change(who, named, _sent(asked))),
    ("DELETE", "/v1/dashboards/{id}"): _deleted,
    ("POST", "/v1/dashboards/{id}/share"): lambda on, who, asked, named: (
        CREATED,
        on.dashboards.share(who, named, body_of(asked, ShareInput)),
    ),
    ("DELETE", "/v1/dashboards/{id}/share"): _unshared,
    ("GET", "/v1/dashboards/shared/{token}"): lambda on, who, _, named: (OK, on.dashboards.shared(who, named)),
    ("POST", "/v1/live"): lambda on, who, *_: (CREATED, on.tickets.issue(who)),
    ("GET", "/v1/preferences"): lambda on, who, *_: (OK, on.preferences.get(who)),
    ("PUT", "/v1/preferences"): lambda on, who, asked, _: (
        OK,
        on.preferences.put(who, body_of(asked, PreferencesInput)),
    ),
}
