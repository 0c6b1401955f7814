"""Which permission each route of the API needs: the one table, by method and path. A route that is not in it is closed."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from shared.access.roles import Permission

Route = tuple[str, str]

PUBLIC: Final[frozenset[Route]] = frozenset((("GET", "/v1/health"), ("GET", "/openapi.json")))
"""What needs no key, and never comes before the authorizer."""

PAGES: Final[frozenset[Route]] = frozenset((("GET", "/"), ("GET", "/{proxy+}")))
"""The console: as open as what is above, but no part of the API."""

NEEDED: Final[Mapping[Route, Permission]] = MappingProxyType(
    {
        ("POST", "/v1/events"): Permission.EVENT_WRITE,
        ("POST", "/v1/events/batch"): Permission.EVENT_WRITE,
        ("POST", "/api/v1/events"): Permission.EVENT_WRITE,
        ("POST", "/api/v1/events/batch"): Permission.EVENT_WRITE,
        ("POST", "/v1/litellm"): Permission.EVENT_WRITE,
        ("POST", "/v1/traces"): Permission.EVENT_WRITE,
        ("POST", "/v1/metrics"): Permission.EVENT_WRITE,
        ("POST", "/v1/logs"): Permission.EVENT_WRITE,
        ("POST", "/api/public/otel/v1/traces"): Permission.EVENT_WRITE,
        ("POST", "/api/public/scores"): Permission.EVENT_WRITE,
        ("GET", "/v1/metrics"): Permission.METRICS_READ,
        ("GET", "/v1/series"): Permission.METRICS_READ,
        ("GET", "/v1/summary"): Permission.METRICS_READ,
        # A question changes nothing, whatever its method.
        ("POST", "/v1/query"): Permission.METRICS_READ,
        ("GET", "/v1/query"): Permission.METRICS_READ,
        ("POST", "/v1/query/export"): Permission.METRICS_READ,
        ("GET", "/v1/me"): Permission.METRICS_READ,
        # A ticket lets its holder listen, and nothing else.
        ("POST", "/v1/live"): Permission.METRICS_READ,
        ("GET", "/v1/dashboards"): Permission.DASHBOARD_READ,
        ("POST", "/v1/dashboards"): Permission.DASHBOARD_WRITE,
        ("GET", "/v1/dashboards/{id}"): Permission.DASHBOARD_READ,
        ("PUT", "/v1/dashboards/{id}"): Permission.DASHBOARD_WRITE,
        # One's own; another's only with dashboard:delete.
        ("DELETE", "/v1/dashboards/{id}"): Permission.DASHBOARD_WRITE,
        ("POST", "/v1/dashboards/{id}/share"): Permission.DASHBOARD_WRITE,
        ("DELETE", "/v1/dashboards/{id}/share"): Permission.DASHBOARD_WRITE,
        ("GET", "/v1/dashboards/shared/{token}"): Permission.DASHBOARD_READ,
        ("GET", "/v1/preferences"): Permission.DASHBOARD_READ,
        ("PUT", "/v1/preferences"): Permission.DASHBOARD_READ,
        ("GET", "/v1/privacy/requests"): Permission.USER_READ,
        ("GET", "/v1/privacy/requests/{id}"): Permission.USER_READ,
        ("DELETE", "/v1/privacy/requests/{id}"): Permission.USER_WRITE,
        # What is downloaded is all that is known of a person.
        ("GET", "/v1/privacy/requests/{id}/download"): Permission.USER_WRITE,
        ("POST", "/v1/privacy/exports"): Permission.USER_WRITE,
        ("POST", "/v1/privacy/erasures"): Permission.USER_WRITE,
        ("GET", "/v1/privacy/holds"): Permission.USER_READ,
        ("POST", "/v1/privacy/holds"): Permission.USER_WRITE,
        ("DELETE", "/v1/privacy/holds/{id}"): Permission.USER_WRITE,
        ("GET", "/v1/privacy/consents"): Permission.USER_READ,
        ("POST", "/v1/privacy/consents"): Permission.USER_WRITE,
        ("GET", "/v1/audit"): Permission.SYSTEM_AUDIT,
        ("GET", "/v1/audit/verify"): Permission.SYSTEM_AUDIT,
        ("GET", "/v1/anomalies"): Permission.METRICS_READ,
        ("GET", "/v1/anomalies/{id}"): Permission.METRICS_READ,
        ("PATCH", "/v1/anomalies/{id}"): Permission.METRICS_WRITE,
        ("GET", "/v1/rules"): Permission.METRICS_READ,
        ("POST", "/v1/rules"): Permission.METRICS_WRITE,
        ("GET", "/v1/rules/{id}"): Permission.METRICS_READ,
        ("PUT", "/v1/rules/{id}"): Permission.METRICS_WRITE,
        ("DELETE", "/v1/rules/{id}"): Permission.METRICS_WRITE,
        ("GET", "/v1/maintenance"): Permission.METRICS_READ,
        ("POST", "/v1/maintenance"): Permission.METRICS_WRITE,
        ("DELETE", "/v1/maintenance/{id}"): Permission.METRICS_WRITE,
        ("GET", "/v1/incidents"): Permission.METRICS_READ,
        ("GET", "/v1/incidents/{id}"): Permission.METRICS_READ,
        ("GET", "/v1/correlations"): Permission.METRICS_READ,
        ("GET", "/v1/graph"): Permission.METRICS_READ,
        ("GET", "/v1/events"): Permission.EVENT_READ,
        ("GET", "/v1/events/{id}"): Permission.EVENT_READ,
        ("GET", "/v1/events/{id}/related"): Permission.EVENT_READ,
        ("GET", "/v1/forecasts"): Permission.METRICS_READ,
        # Nothing is kept of a question.
        ("POST", "/v1/forecasts/what-if"): Permission.METRICS_READ,
        ("GET", "/v1/budgets"): Permission.METRICS_READ,
        ("POST", "/v1/budgets"): Permission.METRICS_WRITE,
        ("GET", "/v1/budgets/{id}"): Permission.METRICS_READ,
        ("PUT", "/v1/budgets/{id}"): Permission.METRICS_WRITE,
        ("DELETE", "/v1/budgets/{id}"): Permission.METRICS_WRITE,
        ("GET", "/v1/prices"): Permission.METRICS_READ,
        ("GET", "/v1/prices/unpriced"): Permission.METRICS_READ,
        ("GET", "/v1/quality"): Permission.METRICS_READ,
        ("PUT", "/v1/prices"): Permission.ORG_WRITE,
        ("DELETE", "/v1/prices"): Permission.ORG_WRITE,
        ("GET", "/v1/keys"): Permission.API_KEY_READ,
        ("POST", "/v1/keys"): Permission.API_KEY_WRITE,
        ("POST", "/v1/keys/{id}/rotate"): Permission.API_KEY_WRITE,
        # Revoking ends a key, but deletes nothing: its record stays.
        ("DELETE", "/v1/keys/{id}"): Permission.API_KEY_WRITE,
    }
)


def permission_for(method: str, path: str) -> Permission | None:
    """What a request needs; None where no permission is enough. `path` is a route's, or one that a client asked for.

    >>> permission_for("GET", "/v1/keys"), permission_for("DELETE", "/v1/keys/key_1"), permission_for("GET", "/v1/secrets")
    (<Permission.API_KEY_READ: 'api_key:read'>, <Permission.API_KEY_WRITE: 'api_key:write'>, None)
    """
    exact = NEEDED.get((method, path))
    fitting = (needed for (verb, route), needed in NEEDED.items() if verb == method and _fits(route, path))
    return exact or next(fitting, None)


def _fits(route: str, path: str) -> bool:
    parts, given = route.split("/"), path.split("/")
    return len(parts) == len(given) and all(
        part == asked or (part.startswith("{") and bool(asked)) for part, asked in zip(parts, given, strict=True)
    )
