"""OpenInference's instrumentations of OpenAI and Anthropic."""

import contextlib

import anthropic
from conversation import PROMPT, connection, talk
from openinference.instrumentation.anthropic import AnthropicInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

traces = TracerProvider()
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
OpenAIInstrumentor().instrument(tracer_provider=traces)
AnthropicInstrumentor().instrument(tracer_provider=traces)
talk()

ASKED = {"model": "claude-sonnet-4-5", "max_tokens": 100}
client = anthropic.Anthropic(base_url=connection()["base_url"].removesuffix("/v1"), api_key="sk-stub", max_retries=0)
for _ in range(4):
    client.messages.create(messages=PROMPT, **ASKED)
for _ in client.messages.create(messages=PROMPT, stream=True, **ASKED):
    pass
with client.messages.stream(messages=PROMPT, **ASKED) as stream:
    stream.get_final_message()
with contextlib.suppress(anthropic.APIStatusError):
    client.messages.create(messages=[{"role": "user", "content": "fail"}], **ASKED)
traces.shutdown()
