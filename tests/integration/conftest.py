"""Every AWS operation that an adapter calls in these tests must be granted to the stage whose handler is tested."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest

REVIEWED_GRANTS = Path(__file__).parents[1] / "infra" / "grants.json"
SERVICES = {"apigatewaymanagementapi": "execute-api"}
NAMED_OTHERWISE: dict[str, Callable[[str], str]] = {
    "apigateway": lambda operation: {"Create": "POST", "Delete": "DELETE", "Get": "GET"}[_verb(operation)],
    "apigatewaymanagementapi": lambda _operation: "ManageConnections",
    "dynamodb": lambda operation: {"TransactWriteItems": "PutItem"}.get(operation, operation),
    "lambda": lambda operation: {"Invoke": "InvokeFunction"}[operation],
    "sqs": lambda operation: {"SendMessageBatch": "SendMessage"}.get(operation, operation),
    "s3": lambda operation: {"ListObjectsV2": "ListBucket"}.get(operation, operation),
}


@pytest.fixture(autouse=True)
def _nothing_is_called_that_is_not_granted(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    called: set[str] = set()
    create = botocore.session.Session.create_client

    def create_watched(session: Any, service: str, *args: Any, **kwargs: Any) -> Any:
        client = create(session, service, *args, **kwargs)
        if _is_adapter_on_stack():
            client.meta.events.register("before-call", lambda model, **_: called.add(_action(service, model.name)))
        return client

    monkeypatch.setattr(botocore.session.Session, "create_client", create_watched)
    yield
    stage = request.module.__name__.rpartition("test_")[2]
    assert called <= set(json.loads(REVIEWED_GRANTS.read_text())[stage])


def _is_adapter_on_stack() -> bool:
    frame = sys._getframe()
    while frame.f_back:
        frame = frame.f_back
        if "/shared/adapters/" in frame.f_code.co_filename:
            return True
    return False


def _action(service: str, operation: str) -> str:
    return f"{SERVICES.get(service, service)}:{NAMED_OTHERWISE[service](operation) if service in NAMED_OTHERWISE else operation}"


def _verb(operation: str) -> str:
    return next(verb for verb in ("Create", "Delete", "Get") if operation.startswith(verb))
