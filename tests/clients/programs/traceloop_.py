"""OpenLLMetry, with a workflow and a task around the calls, and metrics."""

import os

from traceloop.sdk import Traceloop
from traceloop.sdk.decorators import task, workflow

Traceloop.init(
    app_name="shop",
    api_endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    headers={"X-API-Key": os.environ["HUB_KEY"]},
    telemetry_enabled=False,
)

import anthropic_conversation
import conversation
from opentelemetry import metrics, trace


@task(name="asking")
def asking() -> None:
    conversation.talk()
    anthropic_conversation.talk()


@workflow(name="weather")
def weather() -> None:
    asking()


weather()
trace.get_tracer_provider().shutdown()
metrics.get_meter_provider().shutdown()
