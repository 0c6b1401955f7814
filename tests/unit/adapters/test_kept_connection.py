"""The kept connection to a service that closes it, breaks off or is slow: real sockets, for http.client is what is asked."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any, ClassVar

import pytest

from shared.adapters.json_api import JsonApi
from shared.errors import TransientError

pytestmark = pytest.mark.network

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "AKID",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_ENDPOINT_URL": "http://127.0.0.1",
}
PATIENCE_SECONDS = 0.2


class Service(BaseHTTPRequestHandler):
    """Keeps its connection open and says how often it was called."""

    protocol_version = "HTTP/1.1"
    calls: ClassVar[int]
    ended: ClassVar[Event]

    def do_POST(self) -> None:
        type(self).calls += 1
        self.rfile.read(int(self.headers["Content-Length"]))
        self.answer()

    def answer(self, length: int = 2) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: Any) -> None:
        """Silent."""


class ClosesWhatIsIdle(Service):
    def answer(self, length: int = 2) -> None:
        super().answer(length)
        self.close_connection = True


class BreaksOffItsSecondAnswer(Service):
    def answer(self, length: int = 2) -> None:
        super().answer(length if self.calls == 1 else 1000)
        self.close_connection = self.calls > 1


class IsSlowTheSecondTime(Service):
    def answer(self, length: int = 2) -> None:
        if self.calls > 1:
            self.ended.wait()
            self.close_connection = True
        else:
            super().answer(length)


@contextmanager
def an_api_of(service: type[Service]) -> Iterator[JsonApi]:
    service.calls, service.ended = 0, Event()
    with ThreadingHTTPServer(("127.0.0.1", 0), service) as server, pytest.MonkeyPatch.context() as patch:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        with closing(HTTPConnection("127.0.0.1", server.server_port, timeout=PATIENCE_SECONDS)) as connection:
            patch.setattr("shared.adapters.json_api.HTTPConnection", lambda *_, **__: connection)
            yield JsonApi.of("kinesis", ENVIRONMENT)
            service.ended.set()
        server.shutdown()


def test_a_call_is_answered_though_the_other_side_closed_the_idle_connection() -> None:
    with an_api_of(ClosesWhatIsIdle) as api:
        assert [api.post("ListShards", b"{}") for _ in range(3)] == [(200, b"{}")] * 3

    assert ClosesWhatIsIdle.calls == 3


def test_a_call_is_not_sent_again_once_its_answer_has_begun() -> None:
    with an_api_of(BreaksOffItsSecondAnswer) as api:
        api.post("PutRecords", b"{}")

        with pytest.raises(TransientError, match="PutRecords: IncompleteRead"):
            api.post("PutRecords", b"{}")

    assert BreaksOffItsSecondAnswer.calls == 2


def test_a_slow_answer_is_not_asked_for_again() -> None:
    with an_api_of(IsSlowTheSecondTime) as api:
        api.post("PutRecords", b"{}")

        with pytest.raises(TransientError, match="PutRecords: TimeoutError"):
            api.post("PutRecords", b"{}")

    assert IsSlowTheSecondTime.calls == 2
