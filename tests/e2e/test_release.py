"""What a release does with a hub that is deployed, and what a newcomer types first."""

import os
import re
from datetime import UTC, datetime

import pytest

from infra.invoking import CommandedFunction
from infra.local.clock import client
from infra.local.home import PROJECT
from infra.local.hub import Hub
from infra.release.smoke import Smoke
from tests.e2e.conftest import LocalHub

pytestmark = [pytest.mark.network, pytest.mark.timeout(300), pytest.mark.needs("table_streams")]
BLOCKS = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_smoke_test_passes(local_hub: LocalHub) -> None:
    access = CommandedFunction(client("lambda", local_hub.emulator), local_hub.deployed.access_function)

    Smoke(access.invoke, lambda key: Hub(local_hub.deployed.url, key)).test(datetime.now(UTC))


def test_the_quick_start_works_as_it_is_written(local_hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, _ = local_hub.client_of("newcomer")
    monkeypatch.setitem(os.environ, "HUB", hub.url)
    monkeypatch.setitem(os.environ, "KEY", hub.api_key)
    monkeypatch.setitem(os.environ, "NO_PROXY", "127.0.0.1")
    blocks = BLOCKS.findall((PROJECT / "docs" / "quick-start.md").read_text())

    for code in blocks:
        exec(compile(code, "quick-start.md", "exec"), {})  # noqa: S102 our own document

    assert len(blocks) == 2
