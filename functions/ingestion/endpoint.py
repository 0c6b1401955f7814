"""What ingestion answers, logs and counts; every refusal has its status, and none is a 500."""

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.ingestion.formats import NOTHING_ACCEPTED, Ingested
from functions.ingestion.ingest import Ingestion, UnacceptedError
from functions.ingestion.request import Request, headers_of, request_id, route_of
from shared.errors import RejectedRequestError, TransientError
from shared.events.refusals import LATE, RefusalCounts, Refused
from shared.observability.metrics import MetricName
from shared.observability.responses import answer, rejection_answer, throttled_answer, unavailable_answer


@dataclass(frozen=True, slots=True)
class Endpoint:
    ingestion: Ingestion
    refusals: RefusalCounts
    logger: Logger
    metrics: Metrics

    def serve(self, proxied: Mapping[str, Any]) -> dict[str, Any]:
        return self.ingestion.dressed(route_of(proxied), headers_of(proxied), self._served(proxied))

    def _served(self, proxied: Mapping[str, Any]) -> dict[str, Any]:
        try:
            request = Request.of(proxied, self.ingestion.limits)
            return self._answer(request, self._ingest(request), request_id(proxied))
        except RejectedRequestError as error:
            self._refused(error.code)
            return rejection_answer(error, request_id(proxied))
        except UnacceptedError as error:
            return self._unaccepted(error, request_id(proxied))
        except TransientError as error:
            self._refused("service_unavailable", trouble=str(error))
            return unavailable_answer(error, request_id(proxied))

    def _ingest(self, request: Request) -> Ingested:
        started = time.perf_counter()
        ingested = self.ingestion.ingest(request)
        self._count(ingested, (time.perf_counter() - started) * 1000)
        self._note(request, ingested)
        return ingested

    def _note(self, request: Request, ingested: Ingested) -> None:
        """For who sends; what cannot be noted is answered nonetheless."""
        codes = Counter(item.code for item in ingested.rejected) + Counter({LATE: ingested.late})
        if not codes:
            return
        try:
            minute = self.ingestion.clock().replace(second=0, microsecond=0)
            self.refusals.add(request.principal.tenant, Refused(minute, codes))
        except TransientError as error:
            self.metrics.add_metric(MetricName.REFUSALS_UNCOUNTED, MetricUnit.Count, codes.total())
            self.logger.warning("refusals uncounted", trouble=str(error))

    def _answer(self, request: Request, ingested: Ingested, identity: str) -> dict[str, Any]:
        if ingested.rejected and not ingested.accepted:
            return rejection_answer(NOTHING_ACCEPTED, identity, accepted=0, rejected=ingested.rejected)
        return answer(*self.ingestion.tell(request, ingested))

    def _unaccepted(self, error: UnacceptedError, request: str) -> dict[str, Any]:
        """What the stream has is acknowledged nonetheless, so that the rest alone has to come again."""
        self._refused("throttled" if error.is_throttled else "service_unavailable", trouble=str(error))
        self.metrics.add_metric(MetricName.EVENTS_PUBLISHED, MetricUnit.Count, error.ingested.accepted)
        later = throttled_answer if error.is_throttled else unavailable_answer
        return later(
            error,
            request,
            accepted=error.ingested.accepted,
            unaccepted=error.unaccepted,
            rejected=error.ingested.rejected,
        )

    def _count(self, ingested: Ingested, milliseconds: float) -> None:
        accepted, rejected = ingested.accepted, len(ingested.rejected)
        self.metrics.add_metric(MetricName.EVENTS_RECEIVED, MetricUnit.Count, accepted + rejected)
        self.metrics.add_metric(MetricName.EVENTS_PUBLISHED, MetricUnit.Count, accepted)
        self.metrics.add_metric(MetricName.EVENTS_REJECTED, MetricUnit.Count, rejected)
        self.metrics.add_metric(MetricName.EVENT_PUBLISH_DURATION, MetricUnit.Milliseconds, milliseconds)
        codes = {code: sum(item.code == code for item in ingested.rejected) for code in _codes(ingested)}
        self.logger.info("events ingested", accepted=accepted, rejected=rejected, reasons=codes)

    def _refused(self, code: str, trouble: str = "") -> None:
        self.metrics.add_metric(MetricName.REQUESTS_REFUSED, MetricUnit.Count, 1)
        self.logger.warning("request refused", code=code, trouble=trouble)


def _codes(ingested: Ingested) -> list[str]:
    return sorted({rejection.code for rejection in ingested.rejected})
