"""Starts MiniStack with what it lacks for the hub: an API key that the authorizer names.

A REST API with `apiKeySource: AUTHORIZER` takes the key of the usage plan from the authorizer's `usageIdentifierKey`.
MiniStack 1.5.33 reads the `x-api-key` header alone, so every request would be refused
(tests/contracts/test_emulator_usage_plan.py). Runs in the emulator's environment, by path: it imports nothing of ours.
"""

import sys
from contextvars import ContextVar
from typing import Any

from ministack import app
from ministack.services import apigateway_v1 as gateway

# An entry of the authorizer's context, because MiniStack caches nothing else of its answer.
_CONTEXT_ENTRY = "\x00usageIdentifierKey"
_usage_identifier: ContextVar[str | None] = ContextVar("usage_identifier", default=None)

_invoke_authorizer = gateway._invoke_authorizer_lambda  # noqa: SLF001 (there is no public door)
_authorize = gateway._authorize_request_v1  # noqa: SLF001
_key_in_header = gateway._api_key_from_request  # noqa: SLF001


async def _invoke_and_keep_identifier(*args: Any) -> Any:
    result = await _invoke_authorizer(*args)
    answer = (result or {}).get("body")
    if isinstance(answer, dict) and "usageIdentifierKey" in answer:
        context = {**(answer.get("context") or {}), _CONTEXT_ENTRY: answer["usageIdentifierKey"]}
        result = {**result, "body": {**answer, "context": context}}
    return result


async def _authorize_and_name_key(api_id: str, *args: Any) -> Any:
    _usage_identifier.set(None)
    error, context = await _authorize(api_id, *args)
    if context and _CONTEXT_ENTRY in context:
        context = dict(context)
        identifier = context.pop(_CONTEXT_ENTRY)
        if gateway._rest_apis.get(api_id, {}).get("apiKeySource") == "AUTHORIZER":  # noqa: SLF001
            _usage_identifier.set(identifier)
    return error, context


def _key_of_request(headers: Any) -> Any:
    return _usage_identifier.get() or _key_in_header(headers)


def main() -> None:
    gateway._invoke_authorizer_lambda = _invoke_and_keep_identifier  # noqa: SLF001
    gateway._authorize_request_v1 = _authorize_and_name_key  # noqa: SLF001
    gateway._api_key_from_request = _key_of_request  # noqa: SLF001
    del sys.argv[1:]  # the home's folder: it marks the process, MiniStack has no use for it
    app.main()


if __name__ == "__main__":
    main()
