"""Invoking a function: its answer, or that it failed."""

import io
from types import SimpleNamespace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from shared.adapters.functions import LambdaInvoker
from shared.errors import TransientError


def invoker(answer: bytes = b"null", error: Exception | None = None, **beside: str) -> LambdaInvoker:
    def invoke(**_: Any) -> dict[str, Any]:
        if error:
            raise error
        return {"Payload": io.BytesIO(answer), **beside}

    return LambdaInvoker(cast("Any", SimpleNamespace(invoke=invoke)))


@pytest.mark.parametrize("answer", [b"", b"null", b"{}", b'{"batchItemFailures": []}'])
def test_a_function_that_did_it_all_is_done(answer: bytes) -> None:
    invoker(answer)("rollup", {"Records": []})


@pytest.mark.parametrize(
    "broken",
    [
        invoker(b'{"errorMessage": "timed out"}', FunctionError="Unhandled"),
        invoker(b'{"batchItemFailures": [{"itemIdentifier": "1"}]}'),
        invoker(b"junk"),
        invoker(error=ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke")),
        invoker(error=ReadTimeoutError(endpoint_url="https://lambda")),
    ],
)
def test_a_function_that_failed_or_was_not_heard_of_is_transient(broken: LambdaInvoker) -> None:
    with pytest.raises(TransientError):
        broken("rollup", {"Records": []})
