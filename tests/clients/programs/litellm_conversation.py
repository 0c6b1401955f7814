"""What both of LiteLLM's callbacks are told of."""

import asyncio
import contextlib
import os

import litellm
import openai

MODEL = {"api_base": f"{os.environ['LLM_URL']}/v1", "api_key": "sk-stub", "num_retries": 0, "max_retries": 0}
CLAUDE = {**MODEL, "api_base": os.environ["LLM_URL"]}
PROMPT = [{"role": "user", "content": "How is the weather?"}]


def talk() -> None:
    for model in ("gpt-4o", "gpt-4o", "gpt-4o", "o3-mini"):
        litellm.completion(model=f"openai/{model}", messages=PROMPT, **MODEL)
    asyncio.run(talk_asynchronously())


async def talk_asynchronously() -> None:
    for _ in range(3):
        await litellm.acompletion(model="openai/gpt-4o-mini", messages=PROMPT, **MODEL)
    for _ in range(6):
        await litellm.acompletion(model="anthropic/claude-sonnet-4-5", messages=PROMPT, **CLAUDE)
    streamed = {"stream": True, "stream_options": {"include_usage": True}}
    async for _ in await litellm.acompletion(model="openai/gpt-4o", messages=PROMPT, **streamed, **MODEL):
        pass
    async for _ in await litellm.acompletion(
        model="anthropic/claude-sonnet-4-5", messages=PROMPT, **streamed, **CLAUDE
    ):
        pass
    await litellm.aembedding(model="openai/text-embedding-3-small", input=["How is the weather?"], **MODEL)
    for prompt in ("fail", "busy"):
        with contextlib.suppress(openai.APIStatusError):
            said = [{"role": "user", "content": prompt}]
            await litellm.acompletion(model="openai/gpt-4o", messages=said, **MODEL)
    await asyncio.sleep(1)  # its callbacks run beside it
