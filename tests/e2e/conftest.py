"""One hub for all end-to-end tests: the real app on the real emulator, in a folder of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from infra.local import deploying, emulator
from infra.local.deploying import Deployed
from infra.local.emulator import Emulator
from infra.local.home import PROJECT, Home
from infra.local.hub import Hub
from infra.local.keys import create_key


@dataclass(frozen=True, slots=True)
class LocalHub:
    """A hub that was started for these tests."""

    emulator: Emulator
    deployed: Deployed

    def client_of(self, tenant: str, role: str = "admin") -> tuple[Hub, dict[str, Any]]:
        """A client with a key of its own, and what the hub tells of the key."""
        made = create_key(self.emulator, self.deployed.access_function, tenant=tenant, role=role)
        return Hub(self.deployed.url, made["api_key"]), made["key"]


@pytest.fixture(scope="package")
def local_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    home = Home(tmp_path_factory.mktemp("hub"), PROJECT / ".local" / "emulator")
    running = emulator.start(home)
    try:
        yield LocalHub(running, deploying.deploy(home, running))
    finally:
        emulator.stop(home)
