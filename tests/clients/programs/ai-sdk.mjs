// The Vercel AI SDK with its own telemetry, by OTLP in JSON: texts, streams, tools and embeddings.
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import * as telemetry from "@ai-sdk/otel";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { embed, embedMany, generateText, registerTelemetry, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const { LLM_URL, HUB_URL, HUB_KEY, TELEMETRY = "OpenTelemetry" } = process.env;
const exporter = new OTLPTraceExporter({ url: `${HUB_URL}/v1/traces`, headers: { "X-API-Key": HUB_KEY } });
const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
provider.register();
registerTelemetry(new telemetry[TELEMETRY]());

const openai = createOpenAI({ baseURL: `${LLM_URL}/v1`, apiKey: "sk-stub" });
const claude = createAnthropic({ baseURL: `${LLM_URL}/v1`, apiKey: "sk-stub" })("claude-sonnet-4-5");
const asked = { prompt: "How is the weather?", maxRetries: 0 };
const weather = tool({
  description: "the weather of a city",
  inputSchema: z.object({ city: z.string() }),
  execute: async ({ city }) => `mild in ${city}`,
});

for (const model of [openai("gpt-4o"), openai.chat("gpt-4o"), openai.chat("gpt-4o-mini"), openai("o3-mini"), claude, claude, claude]) {
  await generateText({ model, ...asked });
  await streamText({ model, ...asked }).text;
}
await generateText({ model: openai.chat("gpt-4o"), tools: { weather }, stopWhen: stepCountIs(3), ...asked });
await embed({ model: openai.embedding("text-embedding-3-small"), value: "mild", maxRetries: 0 });
await embedMany({ model: openai.embedding("text-embedding-3-small"), values: ["mild", "dry"], maxRetries: 0 });
for (const prompt of ["fail", "busy"]) {
  await generateText({ model: openai.chat("gpt-4o"), ...asked, prompt }).catch(() => undefined);
}
await provider.shutdown();
