"""How an issuer's keys are asked for, and what is no answer."""

import json
from typing import Any

import pytest

from shared.adapters import oidc
from shared.adapters.oidc import MOST_BYTES, HttpKeySource
from shared.errors import TransientError

ISSUER = "https://id.example.com/realms/acme"
KEYS = "https://id.example.com/keys?v=1"


class Web:
    """Pages by address, in place of a connection to each host."""

    def __init__(self, pages: dict[str, tuple[int, bytes]]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def connect(self, host: str, timeout: float) -> "Web":
        assert timeout
        self._host = host
        return self

    def request(self, method: str, path: str) -> None:
        assert method == "GET"
        self.asked.append(f"https://{self._host}{path}")

    def getresponse(self) -> Any:
        status, body = self.pages.get(self.asked[-1], (404, b""))
        return type("Answer", (), {"status": status, "read": lambda _, most: body[:most]})()

    def close(self) -> None:
        """Nothing is open."""


def web(monkeypatch: pytest.MonkeyPatch, **pages: Any) -> Web:
    addresses = {"discovery": f"{ISSUER}/.well-known/openid-configuration", "keys": KEYS}
    found = Web({addresses[name]: (200, json.dumps(page).encode()) for name, page in pages.items()})
    monkeypatch.setattr(oidc, "HTTPSConnection", found.connect)
    monkeypatch.setattr(oidc, "HTTPConnection", found.connect)
    return found


def test_keys_are_where_the_discovery_document_says(monkeypatch: pytest.MonkeyPatch) -> None:
    found = web(monkeypatch, discovery={"jwks_uri": KEYS}, keys={"keys": [{"kid": "k-1"}, "noise"]})

    assert HttpKeySource().keys_of(f"{ISSUER}/", None) == [{"kid": "k-1"}]
    assert found.asked == [f"{ISSUER}/.well-known/openid-configuration", KEYS]


def test_an_address_that_is_given_needs_no_discovery(monkeypatch: pytest.MonkeyPatch) -> None:
    found = web(monkeypatch, keys={"keys": []})

    assert HttpKeySource().keys_of(ISSUER, KEYS) == []
    assert found.asked == [KEYS]


@pytest.mark.parametrize(
    "pages",
    [
        {},
        {"discovery": {}},
        {"discovery": []},
        {"discovery": {"jwks_uri": "http://id.example.com/keys"}},
        {"discovery": {"jwks_uri": KEYS}},
        {"discovery": {"jwks_uri": KEYS}, "keys": {"keys": "none"}},
        {"discovery": {"jwks_uri": KEYS}, "keys": {"keys": ["x" * MOST_BYTES]}},
    ],
)
def test_an_issuer_that_does_not_tell_its_keys_is_out_of_reach(
    monkeypatch: pytest.MonkeyPatch, pages: dict[str, Any]
) -> None:
    web(monkeypatch, **pages)

    with pytest.raises(TransientError, match="issuer's keys"):
        HttpKeySource().keys_of(ISSUER, None)


def test_plain_http_is_for_this_machine_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    found = web(monkeypatch)
    found.pages["https://127.0.0.1:8080/keys"] = (200, b'{"keys": []}')

    assert HttpKeySource().keys_of(ISSUER, "http://127.0.0.1:8080/keys") == []
