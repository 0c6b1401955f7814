"""A hub on loopback that decodes what it is sent as ingestion does, and answers one question."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

from shared.events.decoding import decode_events

POINT = {"start": "2026-11-23T10:00:00Z", "final": False, "sum": 1200.0}
ANSWER = {"series": [{"dimensions": {"model": "gpt-4o"}, "points": [POINT]}]}


class _Answers(BaseHTTPRequestHandler):
    """202 with what was decoded; a question is answered whatever it is."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        decoded = decode_events(body, ndjson=False, received_at=datetime.now(UTC))
        rejected = [{"index": each.index, "code": each.code} for each in decoded.rejections]
        self._answer(202, {"accepted": len(decoded.events), "rejected": rejected})

    def do_GET(self) -> None:
        self._answer(200, ANSWER)

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status if self.headers["X-API-Key"] else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Tests say what went wrong."""


@contextmanager
def stub_hub() -> Iterator[str]:
    """The address of one that answers until the end of the block."""
    with HTTPServer(("127.0.0.1", 0), _Answers) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
