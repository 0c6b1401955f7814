"""CloudEvents' SDK for Python: each call as an event, structured, binary and in a batch."""

import json
import os
from datetime import UTC, datetime
from itertools import cycle

import openai
import requests
from cloudevents.v1.conversion import to_binary, to_structured
from cloudevents.v1.http import CloudEvent
from conversation import connection

client = openai.OpenAI(**connection())


def told(model: str, prompt: str = "How is the weather?") -> CloudEvent:
    data = {"operation": "chat", "provider": "openai", "model_id": model, "latency_ms": 12.5}
    try:
        answer = client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}])
    except openai.APIStatusError as error:
        data |= {"request_id": "none", "input_tokens": 0, "output_tokens": 0, "error_type": str(error.status_code)}
    else:
        usage = answer.usage
        data |= {
            "model_id": answer.model,
            "request_id": answer.id,
            "input_tokens": usage.prompt_tokens,
            "output_tokens": usage.completion_tokens,
            "cached_input_tokens": usage.prompt_tokens_details.cached_tokens,
            "reasoning_tokens": usage.completion_tokens_details.reasoning_tokens,
        }
    attributes = {
        "type": "com.example.telemetry.inference.v1",
        "source": "urn:shop",
        "time": datetime.now(UTC).isoformat(),
    }
    return CloudEvent(attributes, data)


def post(headers: dict, body: bytes) -> None:
    """As the SDK's own documents do."""
    url = f"{os.environ['HUB_URL']}/v1/events"
    requests.post(url, body, headers={**headers, "X-API-Key": os.environ["HUB_KEY"]}, timeout=60).raise_for_status()


for model, encode in zip(["gpt-4o", "o3-mini"] * 4, cycle((to_structured, to_binary)), strict=False):
    post(*encode(told(model)))
post(*to_binary(told("gpt-4o", "fail")))
batch = [json.loads(to_structured(told("gpt-4o-mini"))[1]) for _ in range(5)]
post({"content-type": "application/cloudevents-batch+json; charset=utf-8"}, json.dumps(batch).encode())
