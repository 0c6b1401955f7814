"""The real handler, called as the gateway calls it."""

import json
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from shared.observability.metrics import MetricName
from tests.builders.console import PAGE, asked, built

MODULE = "functions.console.handler"
ISSUER = {"issuer": "https://id.example.com/realms/acme", "client_id": "console", "audience": "llm-analytics-api"}
ENVIRONMENT = {
    "POWERTOOLS_SERVICE_NAME": "console",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "DEPLOYMENT": "dev",
    "GROUPINGS": '[[], ["model"]]',
    "SIGN_IN": json.dumps([ISSUER]),
    "LIVE_URL": "wss://live.example.com/hub",
}
CONTEXT = SimpleNamespace(
    function_name="console",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:console",
    aws_request_id="request-1",
)

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Handler]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    sys.modules.pop(MODULE, None)
    module = import_module(MODULE)
    object.__setattr__(module.console.site, "folder", built(tmp_path))
    yield module.handler
    sys.modules.pop(MODULE, None)


def test_a_page_is_served_and_counted(handler: Handler, capsys: pytest.CaptureFixture[str]) -> None:
    answered = handler(asked(), CONTEXT)

    assert answered["statusCode"] == 200
    assert (
        "connect-src 'self' https://id.example.com wss://live.example.com"
        in (answered["headers"]["Content-Security-Policy"])
    )
    told = capsys.readouterr().out
    assert f'"{MetricName.CONSOLE_REQUESTS}"' in told
    assert PAGE.decode() not in told


def test_the_page_learns_whom_to_sign_in_with(handler: Handler) -> None:
    facts = json.loads(handler(asked("config.json"), CONTEXT)["body"])

    assert facts["sign_in"] == [ISSUER]
    assert facts["live_url"] == "wss://live.example.com/hub"
    assert facts["groupings"] == [[], ["model"]]
