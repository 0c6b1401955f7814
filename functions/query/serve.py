"""From the gateway's requests to the query that each route means, and back to what the gateway wants."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from aws_lambda_powertools import Logger, Metrics as Meter
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import BaseModel

from functions.query.alert_routes import ROUTES, answered
from functions.query.alerts import Alerts
from functions.query.health import HealthCheck
from functions.query.metrics import Metrics
from functions.query.parameters import MetricsParameters, SeriesParameters, SummaryParameters
from functions.query.series import Series
from functions.query.summary import Summary
from shared.access.principal import Principal
from shared.access.roles import Permission
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
    logger: Logger
    meter: Meter

    def serve(self, request: Mapping[str, Any]) -> dict[str, Any]:
        request_id = str(request["requestContext"].get("requestId", ""))
        try:
            answered = self._answer(request)
        except RejectedRequestError as error:
            self._count(MetricName.REQUESTS_REFUSED)
            self.logger.warning("query refused", code=error.code, fields=sorted(error.fields))
            return rejection_answer(error, request_id)
        except TransientError as error:
            self._count(MetricName.REQUESTS_REFUSED)
            self.logger.warning("query failed", code="service_unavailable", trouble=str(error))
            return unavailable_answer(error, request_id)
        self._count(MetricName.QUERIES_ANSWERED)
        return answered

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        if str(request["resource"]).startswith(ROUTES):
            status, content = answered(self.alerts, request, _reader(request))
            return _json(status, content) if content else _nothing(status)
        match request["resource"]:
            case "/v1/metrics":
                return _json(OK, self.metrics.answer(_reader(request), MetricsParameters.of(request)))
            case "/v1/series":
                return _json(OK, self.series.answer(_reader(request), SeriesParameters.of(request)))
            case "/v1/summary":
                return _json(OK, self.summary.answer(_reader(request), SummaryParameters.of(request)))
            case "/v1/health":
                health = self.health.check()
                return _json(OK if health.status == "ok" else STANDS_STILL, health)
            case "/openapi.json":
                return _description()
        raise RejectedRequestError(404, "not_found", "there is nothing at this path")

    def _count(self, name: MetricName) -> None:
        self.meter.add_metric(name, MetricUnit.Count, 1)


def _reader(request: Mapping[str, Any]) -> Principal:
    principal = Principal.from_authorizer(request["requestContext"].get("authorizer"))
    principal.require(Permission.METRICS_READ)
    return principal


def _description() -> dict[str, Any]:
    from functions.query.openapi import document  # noqa: PLC0415 (asked for once in a while, so no start pays for it)

    return answer(OK, document())


def _nothing(status: int) -> dict[str, Any]:
    return {"statusCode": status, "headers": {}, "body": ""}


def _json(status: int, content: BaseModel) -> dict[str, Any]:
    return answer(status, msgspec.Raw(content.model_dump_json().encode()))
