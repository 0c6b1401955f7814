"""The hub as a client sees it: an address and a key."""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

_TIMEOUT_SECONDS = 60
# Everything is on loopback: no proxy of the machine has a part in it.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Hub:
    url: str
    api_key: str = field(repr=False)

    @classmethod
    def load(cls, file: Path) -> "Hub":
        return cls(**json.loads(file.read_text()))

    def save(self, file: Path) -> None:
        """Readable by the owner alone: the key is the only copy there is."""
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT, 0o600), "w") as opened:
            json.dump(asdict(self), opened)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        return send("POST", self.url + path, {**headers, **self._authorization()}, body)

    def get(self, path: str, **parameters: str) -> Any:
        """The JSON of an answer; an answer other than 200 is an error with what the hub said."""
        query = f"?{urllib.parse.urlencode(parameters)}" if parameters else ""
        answer = send("GET", self.url + path + query, self._authorization())
        if answer.status != 200:  # noqa: PLR2004 (HTTP)
            raise HubRefusedError(f"GET {path} was answered {answer.status}: {answer.body.decode(errors='replace')}")
        return answer.json()

    def health(self) -> Any:
        """What /v1/health says, well or not."""
        return send("GET", f"{self.url}/v1/health", {}).json()

    def _authorization(self) -> dict[str, str]:
        return {"x-api-key": self.api_key}


class HubRefusedError(Exception):
    """The hub answered something that the local run cannot go on with."""


def send(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Answer:
    request = urllib.request.Request(url, data=body, headers=dict(headers), method=method)  # noqa: S310 (our own address)
    try:
        with _OPENER.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return Answer(answer.status, _lower(answer.headers), answer.read())
    except urllib.error.HTTPError as refusal:
        with refusal:
            return Answer(refusal.code, _lower(refusal.headers), refusal.read())


def _lower(headers: Any) -> dict[str, str]:
    return {str(name).lower(): str(value) for name, value in headers.items()}
