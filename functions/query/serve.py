"""From the gateway's requests to the query that each route means, and back to what the gateway wants."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from aws_lambda_powertools import Logger, Metrics as Meter
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel

from functions.query.alert_routes import ROUTES, answered
from functions.query.alerts import Alerts
from functions.query.analysis_routes import ANALYSIS_ROUTES, Questions
from functions.query.auditing import Auditing, who_asks
from functions.query.caching import cacheable
from functions.query.document_routes import DOCUMENT_ROUTES, Documents
from functions.query.forecast_routes import FORECAST_ROUTES, Plans
from functions.query.health import HealthCheck
from functions.query.incident_routes import INCIDENT_ROUTES, Stories
from functions.query.metrics import Metrics
from functions.query.parameters import (
    AuditParameters,
    MetricsParameters,
    PriceParameters,
    QualityParameters,
    SeriesParameters,
    SummaryParameters,
    UnpricedParameters,
)
from functions.query.prices import PriceList
from functions.query.quality import Quality
from functions.query.series import Series
from functions.query.summary import Summary
from shared.access.principal import Principal
from shared.errors import RejectedRequestError, TransientError
from shared.observability.metrics import MetricName
from shared.observability.responses import answer, rejection_answer, unavailable_answer

OK: Final = 200
STANDS_STILL: Final = 503


@dataclass(frozen=True, slots=True)
class Query:
    metrics: Metrics
    series: Series
    summary: Summary
    health: HealthCheck
    alerts: Alerts
    prices: PriceList
    quality: Quality
    stories: Stories
    plans: Plans
    questions: Questions
    documents: Documents
    auditing: Auditing
    logger: Logger
    meter: Meter

    def serve(self, request: Mapping[str, Any]) -> dict[str, Any]:
        request_id = str(request["requestContext"].get("requestId", ""))
        try:
            answered = self._answer(request)
            self.auditing.record(request, answered)
        except RejectedRequestError as error:
            self._count(MetricName.REQUESTS_REFUSED)
            self.logger.warning("query refused", code=error.code, fields=sorted(error.fields))
            return rejection_answer(error, request_id)
        except TransientError as error:
            self._count(MetricName.REQUESTS_REFUSED)
            self.logger.warning("query failed", code="service_unavailable", trouble=str(error))
            return unavailable_answer(error, request_id)
        self._count(MetricName.QUERIES_ANSWERED)
        return cacheable(request, answered)

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if str(request["resource"]).startswith(ROUTES):
            status, content = answered(self.alerts, request, Principal.permitted(request))
            return _json(status, content) if content else _nothing(status)
        route = _ROUTES.get((request["httpMethod"], request["resource"]))
        if route is None:
            raise RejectedRequestError(404, "not_found", "there is nothing at this path")
        return route(self, request)

    def _count(self, name: MetricName) -> None:
        self.meter.add_metric(name, MetricUnit.Count, 1)


def _metrics(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return _json(OK, query.metrics.answer(Principal.permitted(request), MetricsParameters.of(request)))


def _series(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return _json(OK, query.series.answer(Principal.permitted(request), SeriesParameters.of(request)))


def _summary(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return _json(OK, query.summary.answer(Principal.permitted(request), SummaryParameters.of(request)))


def _prices(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return answer(OK, query.prices.list(Principal.permitted(request)))


def _put_price(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return answer(OK, query.prices.put(Principal.permitted(request), request))


def _delete_price(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return answer(OK, query.prices.delete(Principal.permitted(request), PriceParameters.of(request)))


def _unpriced(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return answer(OK, query.prices.unpriced(Principal.permitted(request), UnpricedParameters.of(request)))


def _quality(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return _json(OK, query.quality.answer(Principal.permitted(request), QualityParameters.of(request)))


def _health(query: Query, _request: Mapping[str, Any]) -> dict[str, Any]:
    health = query.health.check()
    return _json(OK if health.status == "ok" else STANDS_STILL, health)


def _description(_query: Query, _request: Mapping[str, Any]) -> dict[str, Any]:
    from functions.query.openapi import document  # noqa: PLC0415 (asked for once in a while, so no start pays for it)

    return answer(OK, document())


def _story(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return _json(OK, query.stories.answer(request))


def _plan(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    status, content = query.plans.answer(request)
    return _json(status, content) if content else _nothing(status)


def _question(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return query.questions.answer(request)


def _document(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    status, content = query.documents.answer(request)
    return _json(status, content) if content else _nothing(status)


def _audit(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return _json(OK, query.auditing.list(Principal.permitted(request), AuditParameters.of(request)))


def _verdict(query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return _json(OK, query.auditing.verify(Principal.permitted(request)))


def _who(_query: Query, request: Mapping[str, Any]) -> dict[str, Any]:
    return _json(OK, who_asks(Principal.permitted(request)))


def _nothing(status: int) -> dict[str, Any]:
    return {"statusCode": status, "headers": {}, "body": ""}


def _json(status: int, content: BaseModel) -> dict[str, Any]:
    return answer(status, msgspec.Raw(content.model_dump_json().encode()))


_ROUTES: Final[Mapping[tuple[str, str], Callable[[Query, Mapping[str, Any]], dict[str, Any]]]] = {
    ("GET", "/v1/metrics"): _metrics,
    ("GET", "/v1/series"): _series,
    ("GET", "/v1/summary"): _summary,
    ("GET", "/v1/prices"): _prices,
    ("PUT", "/v1/prices"): _put_price,
    ("DELETE", "/v1/prices"): _delete_price,
    ("GET", "/v1/prices/unpriced"): _unpriced,
    ("GET", "/v1/quality"): _quality,
    ("GET", "/v1/health"): _health,
    ("GET", "/openapi.json"): _description,
    ("GET", "/v1/me"): _who,
    ("GET", "/v1/audit"): _audit,
    ("GET", "/v1/audit/verify"): _verdict,
    **dict.fromkeys(ANALYSIS_ROUTES, _question),
    **dict.fromkeys(DOCUMENT_ROUTES, _document),
    **dict.fromkeys(INCIDENT_ROUTES, _story),
    **dict.fromkeys(FORECAST_ROUTES, _plan),
}
