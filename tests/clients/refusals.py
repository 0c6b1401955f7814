"""What the hub refused of what a client sent, in whichever format it says so."""

import json
from collections.abc import Iterator, Sequence

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from tests.clients.serving import Passed

_GOOD = range(200, 207)


def refusals(sent: Sequence[Passed]) -> list[str]:
    return [f"{passed.request.path}: {refusal}" for passed in sent for refusal in _refusals(passed)]


def _refusals(passed: Passed) -> Iterator[str]:
    answer = passed.answer
    if answer.status not in _GOOD:
        yield f"{answer.status} {answer.body.decode(errors='replace')[:300]}"
    elif answer.headers.get("content-type") == "application/x-protobuf":
        # The answers to metrics and logs have the same shape.
        yield from filter(None, [ExportTraceServiceResponse.FromString(answer.body).partial_success.error_message])
    elif answer.body:
        told = json.loads(answer.body)
        yield from map(str, told.get("rejected") or ())
        yield from filter(None, [told.get("partialSuccess", {}).get("errorMessage")])
