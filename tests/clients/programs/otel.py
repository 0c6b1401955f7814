"""The OpenTelemetry SDK alone: an application that tells of its calls by the GenAI conventions itself."""

import importlib

import openai
from conversation import connection
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

for encoding in ("proto", "json"):
    try:
        exporting = importlib.import_module(f"opentelemetry.exporter.otlp.{encoding}.http.trace_exporter")
    except ModuleNotFoundError:
        continue
    break
provider = TracerProvider()
provider.add_span_processor(BatchSpanProcessor(exporting.OTLPSpanExporter()))
trace.set_tracer_provider(provider)
tracer = trace.get_tracer("shop")
client = openai.OpenAI(**connection())


def chat(model: str, prompt: str = "How is the weather?") -> None:
    with tracer.start_as_current_span(f"chat {model}", kind=trace.SpanKind.CLIENT) as span:
        span.set_attributes(
            {"gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": model}
        )
        try:
            answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}])
        except openai.APIStatusError as error:
            span.set_attribute("error.type", str(error.status_code))
            span.set_status(trace.StatusCode.ERROR)
            return
        usage = answer.usage
        span.set_attributes(
            {
                "gen_ai.response.id": answer.id,
                "gen_ai.response.model": answer.model,
                "gen_ai.response.finish_reasons": [choice.finish_reason for choice in answer.choices],
                "gen_ai.usage.input_tokens": usage.prompt_tokens,
                "gen_ai.usage.output_tokens": usage.completion_tokens,
                "gen_ai.usage.cache_read.input_tokens": usage.prompt_tokens_details.cached_tokens,
                "gen_ai.usage.reasoning.output_tokens": usage.completion_tokens_details.reasoning_tokens,
            }
        )


with tracer.start_as_current_span("invoke_agent shop") as agent:
    agent.set_attributes({"gen_ai.operation.name": "invoke_agent", "gen_ai.agent.name": "shop"})
    for _ in range(200):
        chat("gpt-4o")
    for _ in range(20):
        chat("o3-mini")
    chat("gpt-4o", "fail")
    chat("gpt-4o", "busy")
    agent.set_attribute("gen_ai.usage.input_tokens", 999_999)  # what the calls below it have told already
    agent.set_attribute("gen_ai.usage.output_tokens", 99_999)
provider.shutdown()
