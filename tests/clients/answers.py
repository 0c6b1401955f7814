"""What the stub answers: OpenAI's chat, responses and embeddings, Anthropic's messages, whole or as a stream.

A prompt steers it: `fail` is answered 500, `busy` 429; with tools, the first is called once.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tests.clients.ledger import Call

Json = dict[str, Any]

_DATED: Final[Mapping[str, str]] = {
    "gpt-4o": "gpt-4o-2024-08-06",
    "gpt-4o-mini": "gpt-4o-mini-2024-07-18",
    "o3-mini": "o3-mini-2025-01-31",
    "claude-sonnet-4-5": "claude-sonnet-4-5-20250929",
}
_REASONING: Final = ("o3", "gpt-5")
_TEXT: Final = "It is mild and dry."
_STATUS_OF: Final = {"fail": 500, "busy": 429}


@dataclass(frozen=True, slots=True)
class Told:
    """An answer, and what is to be entered of it. `events` are those of a stream."""

    call: Call
    status: int = 200
    body: Json | None = None
    events: Sequence[str] = ()


def answer(path: str, asked: Json, number: int) -> Told:
    """`number` says how many calls there were before; no two calls have the same counts."""
    kind = path.partition("/v1/")[2].partition("?")[0]
    provider = "anthropic" if kind == "messages" else "openai"
    refusal = _refusal(asked, provider)
    return refusal or _ANSWERS[kind](asked, number)


def _refusal(asked: Json, provider: str) -> Told | None:
    status = _STATUS_OF.get(_prompt(asked).strip())
    if status is None:
        return None
    error = {"type": "server_error" if status == 500 else "rate_limit_error", "message": "as asked", "code": None}
    return Told(Call(provider, asked["model"], is_error=True), status, {"type": "error", "error": error})


def _prompt(asked: Json) -> str:
    """The last thing that was said, by whatever name."""
    said = asked.get("messages") or asked.get("input") or ""
    last = said[-1] if isinstance(said, list) and said else said
    content = last.get("content", "") if isinstance(last, dict) else last
    if isinstance(content, list):
        content = next((part.get("text", "") for part in content if isinstance(part, dict)), "")
    return str(content or "")


def _openai_call(asked: Json, number: int) -> Call:
    model: str = asked["model"]
    return Call(
        "openai",
        _DATED.get(model, model),
        input=1_000 + 37 * number,
        output=200 + 11 * number,
        cached=128 * (number % 3),
        reasoning=64 + number if model.startswith(_REASONING) else 0,
        is_streamed=bool(asked.get("stream")),
    )


def _chat(asked: Json, number: int) -> Told:
    call = _openai_call(asked, number)
    head = {"id": f"chatcmpl-{number:08d}", "created": int(call.at.timestamp()), "model": call.model}
    message, reason = _message(asked)
    if asked.get("stream"):
        return Told(call, events=[*_chat_chunks(asked, head, message, reason, call), "data: [DONE]\n\n"])
    choice = {"index": 0, "message": message, "finish_reason": reason, "logprobs": None}
    return Told(call, body={**head, "object": "chat.completion", "choices": [choice], "usage": _chat_usage(call)})


def _message(asked: Json) -> tuple[Json, str]:
    tools, last = asked.get("tools"), asked["messages"][-1]
    if tools and last["role"] != "tool":
        function = {"name": tools[0]["function"]["name"], "arguments": '{"city": "Paris"}'}
        called = {"id": "call_1", "type": "function", "function": function}
        return {"role": "assistant", "content": None, "tool_calls": [called]}, "tool_calls"
    return {"role": "assistant", "content": _TEXT, "refusal": None}, "stop"


def _chat_chunks(asked: Json, head: Json, message: Json, reason: str, call: Call) -> Iterator[str]:
    """The usage comes last, and only to who asks for it, as from OpenAI."""
    chunk = {**head, "object": "chat.completion.chunk"}
    words = [{"content": f"{word} "} for word in (message["content"] or "").split()]
    calls = [{"tool_calls": [{"index": 0, **called}]} for called in message.get("tool_calls", ())]
    for delta in ({"role": "assistant", "content": ""}, *words, *calls):
        yield _data({**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]})
    yield _data({**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
    if (asked.get("stream_options") or {}).get("include_usage"):
        yield _data({**chunk, "choices": [], "usage": _chat_usage(call)})


def _chat_usage(call: Call) -> Json:
    return {
        "prompt_tokens": call.input,
        "completion_tokens": call.output,
        "total_tokens": call.input + call.output,
        "prompt_tokens_details": {"cached_tokens": call.cached, "audio_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": call.reasoning, "audio_tokens": 0},
    }


def _embeddings(asked: Json, number: int) -> Told:
    call = Call("openai", asked["model"], input=50 + 7 * number)
    said = asked["input"]
    texts = said if isinstance(said, list) and said and not isinstance(said[0], int) else [said]
    # Floats, or the same as base64, which the SDKs ask for by themselves: four times 0.0.
    vector: Any = "AAAAAAAAAAAAAAAAAAAAAA==" if asked.get("encoding_format") == "base64" else [0.0] * 4
    data = [{"object": "embedding", "index": place, "embedding": vector} for place, _ in enumerate(texts)]
    usage = {"prompt_tokens": call.input, "total_tokens": call.input}
    return Told(call, body={"object": "list", "model": call.model, "data": data, "usage": usage})


def _responses(asked: Json, number: int) -> Told:
    call = _openai_call(asked, number)
    output = _output(asked)
    body = {
        "id": f"resp_{number:08d}",
        "object": "response",
        "created_at": int(call.at.timestamp()),
        "status": "completed",
        "model": call.model,
        "output": output,
        "error": None,
        "incomplete_details": None,
        "instructions": None,
        "metadata": {},
        "parallel_tool_calls": True,
        "temperature": 1.0,
        "tool_choice": "auto",
        "tools": [],
        "top_p": 1.0,
        "usage": {
            "input_tokens": call.input,
            "input_tokens_details": {"cached_tokens": call.cached},
            "output_tokens": call.output,
            "output_tokens_details": {"reasoning_tokens": call.reasoning},
            "total_tokens": call.input + call.output,
        },
    }
    if asked.get("stream"):
        return Told(call, events=list(_response_events(body)))
    return Told(call, body=body)


def _output(asked: Json) -> list[Json]:
    tools, said = asked.get("tools"), asked.get("input")
    answered = isinstance(said, list) and any(item.get("type") == "function_call_output" for item in said)
    if tools and not answered:
        called = {"name": tools[0]["name"], "arguments": '{"city": "Paris"}', "call_id": "call_1"}
        return [{"type": "function_call", "id": "fc_1", "status": "completed", **called}]
    text = {"type": "output_text", "text": _TEXT, "annotations": [], "logprobs": []}
    return [{"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [text]}]


def _response_events(body: Json) -> Iterator[str]:
    begun = {**body, "status": "in_progress", "output": [], "usage": None}
    (item,) = body["output"]
    told: list[Json] = [{"type": "response.created", "response": begun}]
    told.append({"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}})
    if item["type"] == "message":
        at = {"item_id": item["id"], "output_index": 0, "content_index": 0}
        (part,) = item["content"]
        told.append({"type": "response.content_part.added", **at, "part": {**part, "text": ""}})
        told.append({"type": "response.output_text.delta", **at, "delta": _TEXT, "logprobs": []})
        told.append({"type": "response.output_text.done", **at, "text": _TEXT, "logprobs": []})
        told.append({"type": "response.content_part.done", **at, "part": part})
    told.append({"type": "response.output_item.done", "output_index": 0, "item": item})
    told.append({"type": "response.completed", "response": body})
    for number, event in enumerate(told):
        yield f"event: {event['type']}\n" + _data({**event, "sequence_number": number})


def _messages(asked: Json, number: int) -> Told:
    """Anthropic counts what the cache has apart from the rest of the input."""
    fresh, cached, written = 400 + 13 * number, 96 * (number % 3), 32 * (number % 2)
    model: str = asked["model"]
    call = Call(
        "anthropic",
        _DATED.get(model, model),
        input=fresh + cached + written,
        output=150 + 7 * number,
        cached=cached,
        written=written,
        is_streamed=bool(asked.get("stream")),
    )
    usage = {
        "input_tokens": fresh,
        "output_tokens": call.output,
        "cache_read_input_tokens": cached,
        "cache_creation_input_tokens": written,
    }
    text = {"type": "text", "text": _TEXT}
    head = {"id": f"msg_{number:08d}", "type": "message", "role": "assistant", "model": call.model}
    body = {**head, "content": [text], "stop_reason": "end_turn", "stop_sequence": None, "usage": usage}
    return Told(call, events=list(_message_events(body))) if asked.get("stream") else Told(call, body=body)


def _message_events(body: Json) -> Iterator[str]:
    begun = {**body, "content": [], "stop_reason": None, "usage": {**body["usage"], "output_tokens": 1}}
    ended = {"stop_reason": "end_turn", "stop_sequence": None}
    for event in (
        {"type": "message_start", "message": begun},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": _TEXT}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": ended, "usage": {"output_tokens": body["usage"]["output_tokens"]}},
        {"type": "message_stop"},
    ):
        yield f"event: {event['type']}\n" + _data(event)


def _data(told: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(told)}\n\n"


_ANSWERS: Final = {
    "chat/completions": _chat,
    "embeddings": _embeddings,
    "responses": _responses,
    "messages": _messages,
}
