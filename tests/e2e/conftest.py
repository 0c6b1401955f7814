"""One hub for all end-to-end tests: the real app on the real emulator, in a folder of its own.

With AWS_ENDPOINT_URL it is deployed there instead, to whatever answers as AWS; a test is left out that needs what is not there.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import pytest

from infra.deployment import deployment_named
from infra.local import deploying, emulator
from infra.local.clock import client
from infra.local.deploying import Deployed
from infra.local.endpoint import Endpoint, given_endpoint
from infra.local.home import PROJECT, Home
from infra.local.hub import Hub
from infra.local.keys import create_key
from tests.builders.influx import Influxd, influxd
from tests.e2e.capabilities import CAPABILITIES, UNKNOWN_TYPES, lacking
from tests.e2e.early import Early
from tests.e2e.fitting import fit
from tests.e2e.front_door import front_door

_UNKNOWN_TYPE = re.compile(r"Resource type (\S+) is not supported")


@dataclass(frozen=True, slots=True)
class LocalHub:
    """A hub that was started for these tests, with an InfluxDB that its windows are mirrored into."""

    emulator: Endpoint
    deployed: Deployed
    influx: Influxd | None = None

    def client_of(self, tenant: str, role: str = "admin") -> tuple[Hub, dict[str, Any]]:
        """A client with a key of its own, and what the hub tells of the key."""
        made = create_key(self.emulator, self.deployed.access_function, tenant=tenant, role=role)
        return Hub(self.deployed.url, made["api_key"]), made["key"]


@contextmanager
def deployed_elsewhere(home: Home, given: Endpoint, stash: pytest.Stash) -> Iterator[Deployed]:
    """Without what is not there; where nobody asks an authorizer, by a door that does."""
    lacks = {name for name in CAPABILITIES if lacking(given.url, name)}
    deployed = deploying.deploy(home, given, partial(fit, lacks=lacks))
    told = (home.folder / "cdk-deploy.log").read_text(errors="replace")
    stash[UNKNOWN_TYPES] = sorted(set(_UNKNOWN_TYPE.findall(told)))
    if "authorizers" not in lacks:
        yield deployed
        return
    with front_door(given, deployed.rest_api, deployed.access_function) as url:
        yield replace(deployed, url=url)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture, which might wait for long for what never comes. Our own emulator has all that is needed."""
    given = given_endpoint()
    needed = [name for marker in item.iter_markers("needs") for name in marker.args]
    for lack in filter(None, (lacking(given.url, name) for name in needed) if given else ()):
        pytest.skip(lack)


def give_token(home: Home, running: Endpoint) -> None:
    """As an operator does once after the first deployment."""
    told = json.loads(home.outputs_file.read_text())[f"{deployment_named('local').stack_prefix}-Mirror"]
    client("secretsmanager", running).put_secret_value(SecretId=told["InfluxSecret"], SecretString='{"token": "any"}')


@pytest.fixture(scope="package")
def local_hub(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    home = Home(tmp_path_factory.mktemp("hub"), PROJECT / ".local" / "emulator")
    if given := given_endpoint():
        with deployed_elsewhere(home, given, request.config.stash) as deployed:
            yield LocalHub(given, deployed)
        return
    running = emulator.start(home)
    try:
        with influxd(home.folder / "influxdb") as influx:
            deployed = deploying.deploy(home, running, influx_url=influx.url)
            give_token(home, running)
            yield LocalHub(running, deployed, influx)
    finally:
        emulator.stop(home)


@pytest.fixture(scope="package", autouse=True)
def early(local_hub: LocalHub) -> Early:
    """Elsewhere, where it may be missing what a test needs, each test sends what it waits for when it comes to that."""
    early = Early(local_hub)
    if given_endpoint() is None:
        early.send()
    return early
