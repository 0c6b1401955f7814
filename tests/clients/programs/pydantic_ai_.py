"""pydantic-ai with logfire: agents with and without a tool, streams, and calls of OpenAI's two APIs."""

import asyncio
import contextlib
import os

import logfire
from conversation import connection
from anthropic import AsyncAnthropic
from openai import AsyncOpenAI
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.anthropic import AnthropicModel
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIResponsesModel
from pydantic_ai.providers.anthropic import AnthropicProvider
from pydantic_ai.providers.openai import OpenAIProvider

logfire.configure(send_to_logfire=False, service_name="shop", console=False)
logfire.instrument_pydantic_ai()
provider = OpenAIProvider(openai_client=AsyncOpenAI(**connection()))
chat = Agent(OpenAIChatModel("gpt-4o", provider=provider), name="weather")
reasoning = Agent(OpenAIResponsesModel("o3-mini", provider=provider), name="thinker")

anthropic = AsyncAnthropic(base_url=os.environ["LLM_URL"], api_key="sk-stub", max_retries=0)
claude = Agent(
    AnthropicModel("claude-sonnet-4-5", provider=AnthropicProvider(anthropic_client=anthropic)), name="claude"
)


@chat.tool_plain
@reasoning.tool_plain
def weather(city: str) -> str:
    return f"mild in {city}"


async def talk() -> None:
    for agent in (chat, chat, reasoning, claude, claude, claude):
        await agent.run("How is the weather?")
        async with agent.run_stream("How is the weather?") as streamed:
            await streamed.get_output()
    for prompt in ("fail", "busy"):
        with contextlib.suppress(ModelHTTPError):
            await chat.run(prompt)


asyncio.run(talk())
logfire.shutdown()
