"""An HTTPS connection that ends in moto: for what speaks HTTP itself, and not through botocore."""

from types import SimpleNamespace
from typing import Any

import requests


class MotoConnection:
    """Takes the place of http.client's; moto answers the `requests` library in this process."""

    def __init__(self, host: str, **_: Any) -> None:
        self._url = f"https://{host}"
        self._answer = requests.Response()

    def request(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
        self._answer = requests.request(method, self._url + path, data=body, headers=headers, timeout=5)

    def getresponse(self) -> Any:
        return SimpleNamespace(status=self._answer.status_code, read=lambda: self._answer.content)

    def close(self) -> None:
        """Nothing is open."""


class BrokenConnection(MotoConnection):
    """Breaks whenever it is used, and counts how often it was closed."""

    closed = 0

    def request(self, *_: Any, **__: Any) -> None:
        raise ConnectionResetError

    def close(self) -> None:
        self.closed += 1
