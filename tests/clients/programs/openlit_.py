"""OpenLIT, with traces and metrics."""

import os

import anthropic_conversation
import conversation
import openlit
from opentelemetry import metrics, trace

openlit.init(
    otlp_endpoint=os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    otlp_headers=os.environ["OTEL_EXPORTER_OTLP_HEADERS"],
    application_name="shop",
    environment="prod",
)
conversation.talk()
anthropic_conversation.talk()
trace.get_tracer_provider().shutdown()
metrics.get_meter_provider().shutdown()
