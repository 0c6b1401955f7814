// CloudEvents' SDK for JavaScript with its own transport: each call as an event, structured and binary.
import { CloudEvent, Mode, emitterFor, httpTransport } from "cloudevents";
import OpenAI from "openai";

const { LLM_URL, HUB_URL, HUB_KEY } = process.env;
const llm = new OpenAI({ baseURL: `${LLM_URL}/v1`, apiKey: "sk-stub", maxRetries: 0 });
const transport = httpTransport(`${HUB_URL}/v1/events`);

async function told(model, content = "How is the weather?") {
  const data = { operation: "chat", provider: "openai", model_id: model, latency_ms: 12.5 };
  try {
    const answer = await llm.chat.completions.create({ model, messages: [{ role: "user", content }] });
    Object.assign(data, {
      model_id: answer.model,
      request_id: answer.id,
      input_tokens: answer.usage.prompt_tokens,
      output_tokens: answer.usage.completion_tokens,
      cached_input_tokens: answer.usage.prompt_tokens_details.cached_tokens,
      reasoning_tokens: answer.usage.completion_tokens_details.reasoning_tokens,
    });
  } catch (error) {
    Object.assign(data, { request_id: "none", input_tokens: 0, output_tokens: 0, error_type: String(error.status) });
  }
  return new CloudEvent({ type: "com.example.telemetry.inference.v1", source: "urn:shop", data });
}

for (const mode of [Mode.BINARY, Mode.STRUCTURED]) {
  const emit = emitterFor(transport, { mode });
  for (const model of ["gpt-4o", "gpt-4o", "o3-mini", "gpt-4o-mini"]) {
    await emit(await told(model), { headers: { "X-API-Key": HUB_KEY } });
  }
  await emit(await told("gpt-4o", "fail"), { headers: { "X-API-Key": HUB_KEY } });
}
