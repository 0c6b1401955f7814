"""LiteLLM with its OpenTelemetry callback."""

import time

import litellm
from litellm_conversation import talk
from opentelemetry import metrics, trace

litellm.callbacks = ["otel"]
talk()
time.sleep(2)
for provider in (trace.get_tracer_provider(), metrics.get_meter_provider()):
    if hasattr(provider, "shutdown"):
        provider.shutdown()
