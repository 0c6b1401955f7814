"""What holds for every test: no sockets, the same examples for the same code, the quickest first, and with several workers
(-n) one for all that share what takes long to make: the synthesised hub, and the emulator.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from aws_lambda_powertools import Metrics
from botocore.loaders import create_loader
from hypothesis import settings

HERE = Path(__file__).parent
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
ORDER = ("unit", "laws", "contracts", "integration", "infra", "simulation", "e2e")

# `--hypothesis-profile=default` looks for new examples.
settings.register_profile("same", derandomize=True)
settings.load_profile("same")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only a test marked `network` opens sockets, and only on loopback; those come after all the others."""
    for item in items:
        if item.get_closest_marker("network"):
            item.add_marker(pytest.mark.enable_socket)
            item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
            item.add_marker(pytest.mark.xdist_group("network"))
        elif _folder(item) == "infra":
            item.add_marker(pytest.mark.xdist_group("infra"))
    items.sort(key=lambda item: (item.get_closest_marker("network") is not None, _place(item)))


def _place(item: pytest.Item) -> int:
    """Documents and doctests are units."""
    folder = _folder(item)
    return ORDER.index(folder) if folder in ORDER else 0


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(HERE).parts[0] if item.path.is_relative_to(HERE) else ""


@pytest.fixture(scope="session", autouse=True)
def _models_of_aws_are_read_once() -> Iterator[None]:
    """Each mock_aws begins with a new session of boto3, which would read the models of its services from disk again."""
    with patch("botocore.session.create_loader", cache(create_loader)):
        yield


@pytest.fixture(autouse=True)
def _metrics_that_nobody_flushed_end_with_their_test() -> Iterator[None]:
    """All Metrics of a process share one set, as a Lambda has only one."""
    yield
    Metrics().clear_metrics()
