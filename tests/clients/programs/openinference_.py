"""OpenInference's instrumentations of OpenAI and Anthropic."""

import anthropic_conversation
import conversation
from openinference.instrumentation.anthropic import AnthropicInstrumentor
from openinference.instrumentation.openai import OpenAIInstrumentor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

traces = TracerProvider()
traces.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
OpenAIInstrumentor().instrument(tracer_provider=traces)
AnthropicInstrumentor().instrument(tracer_provider=traces)
conversation.talk()
anthropic_conversation.talk()
traces.shutdown()
