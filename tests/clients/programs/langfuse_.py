"""Langfuse: its drop-in for OpenAI's client under spans and an agent, and scores."""

import contextlib
import os

import openai as plain
from langfuse import Langfuse, get_client, observe
from langfuse.openai import openai

Langfuse()
PROMPT = [{"role": "user", "content": "How is the weather?"}]
client = openai.OpenAI(base_url=f"{os.environ['LLM_URL']}/v1", api_key="sk-stub", max_retries=0)


@observe(as_type="agent")
def ask(model: str, prompt: str = "How is the weather?") -> None:
    client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}])


@observe()
def talk() -> None:
    for model in ("gpt-4o", "gpt-4o", "gpt-4o", "o3-mini", "o3-mini"):
        ask(model)
    streamed = {"stream": True, "stream_options": {"include_usage": True}}
    for _ in client.chat.completions.create(model="gpt-4o-mini", messages=PROMPT, **streamed):
        pass
    client.embeddings.create(model="text-embedding-3-small", input=["How is the weather?"])
    for prompt in ("fail", "busy"):
        with contextlib.suppress(plain.APIStatusError):
            ask("gpt-4o", prompt)
    get_client().score_current_trace(name="quality", value=0.9)


talk()
get_client().create_score(
    name="accuracy", value=0.75, trace_id=get_client().create_trace_id(), metadata={"model": "gpt-4o"}
)
get_client().flush()
get_client().shutdown()
