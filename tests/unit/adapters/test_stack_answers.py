"""What CloudFormation is told, and what becomes of trouble in telling it."""

import json
from typing import Any

import pytest

from shared.adapters import stack_answers
from shared.errors import TransientError

REQUEST = {
    "RequestType": "Create",
    "ResponseURL": "https://cloudformation.s3.amazonaws.com/answer?signed=yes",
    "StackId": "stack",
    "RequestId": "request",
    "LogicalResourceId": "Topic",
}


class Listener:
    """An HTTPS connection that keeps what it is sent."""

    def __init__(self, status: int = 200, trouble: OSError | None = None) -> None:
        self.status = status
        self.trouble = trouble
        self.sent: list[tuple[Any, ...]] = []

    def __call__(self, host: str, timeout: float) -> "Listener":
        self.sent.append((host, timeout > 0))
        return self

    def request(self, *sent: Any) -> None:
        if self.trouble:
            raise self.trouble
        self.sent.append(sent)

    def getresponse(self) -> "Listener":
        return self

    def close(self) -> None:
        self.sent.append(("closed",))


@pytest.mark.parametrize(("trouble", "status"), [(None, "SUCCESS"), ("Kafka: nobody leads", "FAILED")])
def test_the_answer_goes_where_the_request_said(
    trouble: str | None, status: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener = Listener()
    monkeypatch.setattr(stack_answers, "HTTPSConnection", listener)

    stack_answers.answer_stack(REQUEST, "events", trouble)

    (host, _), (method, path, body, headers), closed = listener.sent
    answer = json.loads(body)
    assert (host, method, path) == ("cloudformation.s3.amazonaws.com", "PUT", "/answer?signed=yes")
    assert (headers, closed) == ({"Content-Type": ""}, ("closed",))
    assert answer == {
        "Status": status,
        "Reason": trouble or "",
        "PhysicalResourceId": "events",
        "StackId": "stack",
        "RequestId": "request",
        "LogicalResourceId": "Topic",
    }


@pytest.mark.parametrize("listener", [Listener(403), Listener(trouble=TimeoutError())])
def test_an_answer_that_is_not_taken_is_transient(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack_answers, "HTTPSConnection", listener)

    with pytest.raises(TransientError):
        stack_answers.answer_stack(REQUEST, "events", None)
