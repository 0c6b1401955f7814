"""What every client of OpenAI's asks: chats with and without cached tokens, reasoning, streams, embeddings, and errors."""

import asyncio
import contextlib
import os

import openai

PROMPT = [{"role": "user", "content": "How is the weather?"}]
STREAMED = {"stream": True, "stream_options": {"include_usage": True}}


def talk() -> None:
    client = openai.OpenAI(**connection())
    for _ in range(3):
        client.chat.completions.create(model="gpt-4o", messages=PROMPT)
    for _ in range(2):
        client.chat.completions.create(model="o3-mini", messages=PROMPT)
    for model in ("gpt-4o-mini", "o3-mini"):
        for _ in client.chat.completions.create(model=model, messages=PROMPT, **STREAMED):
            pass
    client.embeddings.create(model="text-embedding-3-small", input=["How is the weather?"])
    for prompt in ("fail", "busy"):
        with contextlib.suppress(openai.APIStatusError):
            client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": prompt}])
    asyncio.run(talk_asynchronously())


async def talk_asynchronously() -> None:
    async with openai.AsyncOpenAI(**connection()) as client:
        await client.chat.completions.create(model="gpt-4o", messages=PROMPT)
        async for _ in await client.chat.completions.create(model="gpt-4o", messages=PROMPT, **STREAMED):
            pass


def connection() -> dict:
    """Without tries of the SDK's own, of which some instrumentations do not tell."""
    return {"base_url": f"{os.environ['LLM_URL']}/v1", "api_key": "sk-stub", "max_retries": 0}
