"""What holds for every test: no sockets, and the end-to-end tests last."""

import pytest

LOOPBACK = ["127.0.0.1", "::1", "localhost"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only a test marked `network` opens sockets, and only on loopback; those come after all the quick ones."""
    networked = [item for item in items if item.get_closest_marker("network")]
    for item in networked:
        item.add_marker(pytest.mark.enable_socket)
        item.add_marker(pytest.mark.allow_hosts(LOOPBACK))
    items.sort(key=lambda item: item.get_closest_marker("network") is not None)
