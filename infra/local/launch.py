"""Starts MiniStack with the two things it lacks for the hub.

1. A REST API with `apiKeySource: AUTHORIZER` takes the key of the usage plan from the authorizer's `usageIdentifierKey`.
   MiniStack 1.5.33 reads the `x-api-key` header alone, so every request would be refused.
2. A Python function that raises stays warm on Lambda. MiniStack ends its process, so every 401, for which an authorizer
   must raise, would cost the next caller a cold start of seconds.

tests/contracts/test_emulator.py fails without either. Runs in the emulator's environment, by path: imports nothing of ours.
"""

import sys
from contextvars import ContextVar
from typing import Any

from ministack import app
from ministack.core import lambda_runtime as runtime
from ministack.services import apigateway_v1 as gateway

# An entry of the authorizer's context, because MiniStack caches nothing else of its answer.
_CONTEXT_ENTRY = "\x00usageIdentifierKey"
_usage_identifier: ContextVar[str | None] = ContextVar("usage_identifier", default=None)

_invoke_authorizer = gateway._invoke_authorizer_lambda  # noqa: SLF001 (there is no public door)
_authorize = gateway._authorize_request_v1  # noqa: SLF001
_key_in_header = gateway._api_key_from_request  # noqa: SLF001
_invoke_worker = runtime.Worker.invoke

_RAISED = '{"status": "error", "error": str(e), "trace": traceback.format_exc()}'
_RAISED_AND_WARM = '{"status": "ok", "raised": {"status": "error", "error": str(e), "trace": traceback.format_exc()}}'


async def _invoke_and_keep_identifier(*args: Any) -> Any:
    result = await _invoke_authorizer(*args)
    answer = (result or {}).get("body")
    if isinstance(answer, dict) and "usageIdentifierKey" in answer:
        context = {**(answer.get("context") or {}), _CONTEXT_ENTRY: answer["usageIdentifierKey"]}
        result = {**result, "body": {**answer, "context": context}}
    return result


async def _authorize_and_name_key(*args: Any) -> Any:
    error, context = await _authorize(*args)
    context = dict(context or {})
    _usage_identifier.set(context.pop(_CONTEXT_ENTRY, None))
    return error, context or None


def _key_of_request(headers: Any) -> Any:
    return _usage_identifier.get() or _key_in_header(headers)


def _invoke_and_stay_warm(worker: Any, *args: Any, **kwargs: Any) -> Any:
    response = _invoke_worker(worker, *args, **kwargs)
    return {**response, **response.pop("raised", {})}


def _name_keys_by_authorizer() -> None:
    gateway._invoke_authorizer_lambda = _invoke_and_keep_identifier  # noqa: SLF001
    gateway._authorize_request_v1 = _authorize_and_name_key  # noqa: SLF001
    gateway._api_key_from_request = _key_of_request  # noqa: SLF001


def _stay_warm_after_raising() -> None:
    script = runtime._PYTHON_WORKER_SCRIPT  # noqa: SLF001
    runtime._PYTHON_WORKER_SCRIPT = script.replace(_RAISED, _RAISED_AND_WARM)  # noqa: SLF001
    runtime.Worker.invoke = _invoke_and_stay_warm


def mend() -> None:
    _name_keys_by_authorizer()
    _stay_warm_after_raising()


def serve() -> None:
    del sys.argv[1:]  # the home's folder: it marks the process, MiniStack has no use for it
    app.main()


if __name__ == "__main__":
    mend()
    serve()
