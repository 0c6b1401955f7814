"""Tells administrators' requests from the schedule's tick."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.privacy.routes import Privacy
from functions.privacy.working import Worker
from shared.errors import RejectedRequestError, TransientError
from shared.observability.metrics import MetricName
from shared.observability.responses import answer, rejection_answer, unavailable_answer


@dataclass(frozen=True, slots=True)
class Stage:
    privacy: Privacy
    worker: Worker
    logger: Logger
    metrics: Metrics

    def serve(self, event: Mapping[str, Any], until: datetime) -> dict[str, Any]:
        return self._answer(event) if "httpMethod" in event else self._work(until)

    def _work(self, until: datetime) -> dict[str, Any]:
        outcome = self.worker.run(until)
        self.metrics.add_metric(MetricName.PRIVACY_REQUESTS_DONE, MetricUnit.Count, outcome.done)
        if outcome.done or outcome.records:
            self.logger.info("privacy requests done", done=outcome.done, records=outcome.records)
        return {"done": outcome.done}

    def _answer(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Nothing of it may be kept by anybody on the way."""
        request_id = str(request["requestContext"].get("requestId", ""))
        self.metrics.add_metric(MetricName.PRIVACY_COMMANDS, MetricUnit.Count, 1)
        try:
            status, content = self.privacy.answer(request)
        except RejectedRequestError as error:
            self.logger.warning("request refused", code=error.code, fields=sorted(error.fields))
            return rejection_answer(error, request_id)
        except TransientError as error:
            self.logger.warning("request failed", trouble=str(error))
            return unavailable_answer(error, request_id)
        told = msgspec.Raw(content.model_dump_json().encode()) if content else None
        return answer(status, told, {"Cache-Control": "no-store"}) if told else _nothing(status)


def _nothing(status: int) -> dict[str, Any]:
    return {"statusCode": status, "headers": {}, "body": ""}
