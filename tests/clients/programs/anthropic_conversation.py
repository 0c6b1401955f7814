"""What every client of Anthropic's asks: it counts cached and written tokens beside the input, not in it."""

import contextlib
import os

import anthropic

PROMPT = [{"role": "user", "content": "How is the weather?"}]
ASKED = {"model": "claude-sonnet-4-5", "max_tokens": 100}


def talk() -> None:
    client = anthropic.Anthropic(base_url=os.environ["LLM_URL"], api_key="sk-stub", max_retries=0)
    for _ in range(6):
        client.messages.create(messages=PROMPT, **ASKED)
    for _ in client.messages.create(messages=PROMPT, stream=True, **ASKED):
        pass
    with client.messages.stream(messages=PROMPT, **ASKED) as stream:
        stream.get_final_message()
    with contextlib.suppress(anthropic.APIStatusError):
        client.messages.create(messages=[{"role": "user", "content": "fail"}], **ASKED)
