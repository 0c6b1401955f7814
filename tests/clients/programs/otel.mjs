// The OpenTelemetry SDK for JavaScript, by JSON and by protobuf, compressed and not.
import { SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import OpenAI from "openai";

const { LLM_URL, HUB_URL, HUB_KEY } = process.env;
const llm = new OpenAI({ baseURL: `${LLM_URL}/v1`, apiKey: "sk-stub", maxRetries: 0 });
const headers = { "X-API-Key": HUB_KEY };

async function chat(tracer, model, content = "How is the weather?") {
  const attributes = { "gen_ai.operation.name": "chat", "gen_ai.provider.name": "openai", "gen_ai.request.model": model };
  const span = tracer.startSpan(`chat ${model}`, { kind: SpanKind.CLIENT, attributes });
  try {
    const answer = await llm.chat.completions.create({ model, messages: [{ role: "user", content }] });
    span.setAttributes({
      "gen_ai.response.id": answer.id,
      "gen_ai.response.model": answer.model,
      "gen_ai.usage.input_tokens": answer.usage.prompt_tokens,
      "gen_ai.usage.output_tokens": answer.usage.completion_tokens,
      "gen_ai.usage.cache_read.input_tokens": answer.usage.prompt_tokens_details.cached_tokens,
      "gen_ai.usage.reasoning.output_tokens": answer.usage.completion_tokens_details.reasoning_tokens,
    });
  } catch (error) {
    span.setAttribute("error.type", String(error.status));
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

for (const Exporter of [JsonExporter, ProtobufExporter]) {
  for (const compression of ["none", "gzip"]) {
    const exporter = new Exporter({ url: `${HUB_URL}/v1/traces`, headers, compression });
    const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    const tracer = provider.getTracer("shop");
    for (const model of ["gpt-4o", "gpt-4o", "gpt-4o", "o3-mini"]) await chat(tracer, model);
    await chat(tracer, "gpt-4o", "busy");
    await provider.shutdown();
  }
}
