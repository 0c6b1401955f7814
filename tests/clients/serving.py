"""Two servers on loopback: the stub that every client takes for its LLM, and the relay that it takes for the hub."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import urlsplit

from infra.local.hub import Answer
from tests.clients.answers import Told, answer
from tests.clients.ledger import Ledger

_PATIENCE_SECONDS = 60
_OURS = frozenset(("host", "content-length", "transfer-encoding", "connection", "accept-encoding", "expect"))
"""Headers that belong to one connection: the relay's own differ from the client's."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request as a client made it; `path` begins behind the client's name."""

    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Passed:
    """What a client sent to the hub, and what the hub answered."""

    request: Request
    answer: Answer


Answering = Callable[[str, Request], tuple[int, Mapping[str, str], bytes]]
"""From a client's name and its request to a status, headers and a body."""


class Stub:
    """The LLM: no two calls of a client have the same counts, and each is entered in the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._seen: Counter[str] = Counter()
        self._lock = Lock()

    def __call__(self, client: str, request: Request) -> tuple[int, Mapping[str, str], bytes]:
        with self._lock:
            number = self._seen[client]
            self._seen[client] += 1
        told = answer(request.path, json.loads(request.body), number)
        self._ledger.enter(client, told.call)
        return told.status, {"content-type": _type_of(told)}, _body_of(told)


def _type_of(told: Told) -> str:
    return "text/event-stream" if told.events else "application/json"


def _body_of(told: Told) -> bytes:
    return "".join(told.events).encode() if told.events else json.dumps(told.body).encode()


class Relay:
    """Passes on what it gets to the hub, byte for byte, and keeps it."""

    def __init__(self, hub_url: str) -> None:
        self._hub_url = hub_url
        self._passed: dict[str, list[Passed]] = {}
        self._lock = Lock()

    def __call__(self, client: str, request: Request) -> tuple[int, Mapping[str, str], bytes]:
        passed = self._pass_on(request)
        with self._lock:
            self._passed.setdefault(client, []).append(passed)
        told = passed.answer
        headers = {name: value for name, value in told.headers.items() if name in ("content-type", "retry-after")}
        return told.status, headers, told.body

    def again(self, client: str) -> list[Passed]:
        """Sends once more what a client has sent."""
        return [self._pass_on(passed.request) for passed in self.of(client)]

    def _pass_on(self, request: Request) -> Passed:
        """With no header that the client has not sent, as urllib would."""
        hub = urlsplit(self._hub_url)
        connection = HTTPConnection(hub.netloc, timeout=_PATIENCE_SECONDS)
        try:
            connection.request("POST", hub.path + request.path, request.body, dict(request.headers))
            told = connection.getresponse()
            headers = {name.lower(): value for name, value in told.getheaders()}
            return Passed(request, Answer(told.status, headers, told.read()))
        finally:
            connection.close()

    def of(self, client: str) -> list[Passed]:
        return list(self._passed.get(client, ()))


@contextmanager
def served(answering: Answering) -> Iterator[str]:
    """The address of a server that is gone afterwards; a client's own address is this, `/` and its name."""

    class Handler(_Handler):
        _answering = staticmethod(answering)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    _answering: Callable[[str, Request], tuple[int, Mapping[str, str], bytes]]

    def do_POST(self) -> None:
        client, _, path = self.path.lstrip("/").partition("/")
        headers = {name.lower(): value for name, value in self.headers.items() if name.lower() not in _OURS}
        status, told, body = self._answering(client, Request(f"/{path}", headers, self._read()))
        with suppress(ConnectionError):  # who has given up waiting sends it again
            self.send_response(status)
            for name, value in (*told.items(), ("content-length", str(len(body)))):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    def do_GET(self) -> None:
        """Some clients look for settings of a project; there are none."""
        self.send_response(404)
        self.send_header("content-length", "0")
        self.end_headers()

    def _read(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("content-length", 0)))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, *_: object) -> None:
        """Nothing: the table says what came of it."""
