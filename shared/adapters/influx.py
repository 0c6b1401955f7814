"""A mirror in InfluxDB (Timestream for InfluxDB 2 and 3, and any other): line protocol at the v1-compatible write.

https://docs.influxdata.com/influxdb/v2/api-guide/influxdb-1x/ and .../influxdb3/core/api/v3/ (compatibility endpoints)
"""

import gzip
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from itertools import islice
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec
from aws_lambda_powertools import Logger

from shared.adapters.influx_lines import delete_row, lines_of, older_rows
from shared.errors import TransientError
from shared.mirror.points import Points
from shared.windows.window import Window

LINES_A_REQUEST: Final = 5_000
DELETES_A_REQUEST: Final = 100
TIMEOUT_SECONDS: Final = 20.0
_REFUSED: Final = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY)
_UNAUTHORIZED: Final = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}

Secret = Mapping[str, str]
"""`token`, or `username` and `password`."""


class InfluxMirror:
    """`Mirror`; `secret()` is asked for at the first call, and again when the engine refuses what it said."""

    def __init__(self, url: str, database: str, secret: Callable[[], Secret], logger: Logger) -> None:
        self._url = urlsplit(url)
        self._database = database
        self._secret = secret
        self._authorization: str | None = None
        self._logger = logger

    def put(self, points: Points) -> int:
        return sum(self._write(lines) for lines in _batches(lines_of(points), LINES_A_REQUEST))

    def remove_older(self, window: Window, version: int) -> None:
        stale = self._query(older_rows(window, version)).get("series", [])
        deletes = (delete_row(window, series["tags"]) for series in stale)
        for statements in _batches(deletes, DELETES_A_REQUEST):
            self._query(";".join(statements))

    def _write(self, lines: tuple[str, ...]) -> int:
        """How many of these lines were dropped: outside the retention, or of another type than the field has."""
        path = f"/write?{urlencode({'db': self._database, 'precision': 's'})}"
        body = gzip.compress("\n".join(lines).encode(), 1)
        status, answer = self._call(path, body, {"Content-Encoding": "gzip"})
        if status in _REFUSED:
            refused = _dropped(answer, len(lines))
            self._logger.error("points refused", code="points_refused", status=status, points=refused)
            return refused
        if status != HTTPStatus.NO_CONTENT:
            raise TransientError(f"the mirror answered a write with {status}")
        return 0

    def _query(self, statements: str) -> dict[str, Any]:
        """The last statement's result."""
        path = f"/query?{urlencode({'db': self._database, 'epoch': 's'})}"
        status, answer = self._call(path, urlencode({"q": statements}).encode(), _FORM)
        results = msgspec.json.decode(answer)["results"] if status == HTTPStatus.OK else []
        if not results or any("error" in result for result in results):
            raise TransientError(f"the mirror answered a query with {status}")
        return dict(results[-1])

    def _call(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        status, answer = self._once(path, body, headers)
        if status in _UNAUTHORIZED:
            self._authorization = None
            status, answer = self._once(path, body, headers)
        return status, answer

    def _once(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        if self._authorization is None:
            self._authorization = _authorization(self._secret())
        connect = HTTPSConnection if self._url.scheme == "https" else HTTPConnection
        connection = connect(self._url.netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(
                "POST", self._url.path.rstrip("/") + path, body, {**headers, "Authorization": self._authorization}
            )
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            raise TransientError(f"the mirror does not answer: {type(error).__name__}") from error
        finally:
            connection.close()


def _authorization(secret: Secret) -> str:
    if "token" in secret:
        return f"Token {secret['token']}"
    return "Basic " + b64encode(f"{secret['username']}:{secret['password']}".encode()).decode()


def _dropped(answer: bytes, lines: int) -> int:
    """`{"error": "partial write: ... dropped=3"}`; of a request that is refused whole, all."""
    _, found, number = answer.decode(errors="replace").rpartition("dropped=")
    digits = number.split('"')[0].split()[0] if found and number else ""
    return int(digits) if digits.isdigit() else lines


def _batches(items: Iterable[str], size: int) -> Iterator[tuple[str, ...]]:
    left = iter(items)
    while batch := tuple(islice(left, size)):
        yield batch
