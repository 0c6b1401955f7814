"""The network, faked at the socket: clients build, sign and send their requests and read canned answers, but nothing leaves.

Two doors: `http.client`, by which ingestion calls Kinesis and aggregation DynamoDB, and botocore's `before-send`, by which
all other clients go.
"""

import io
import json
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse

_EMPTY_TABLE: dict[str, Any] = {"Items": [], "Responses": {}, "UnprocessedKeys": {}, "UnprocessedItems": {}}
"""Nothing is found, everything is stored."""
Answer = Callable[[str, bytes], dict[str, Any]]
"""From an operation such as "Kinesis_20131202.PutRecords" and its request's body to its answer."""


def aws_answer(operation: str, body: bytes) -> dict[str, Any]:
    return _put_records_answer(body) if operation.startswith("Kinesis") else _EMPTY_TABLE


def _put_records_answer(body: bytes) -> dict[str, Any]:
    stored = {"SequenceNumber": "49590338271490256608559692538361571095921575989136588898", "ShardId": "shardId-0"}
    return {"FailedRecordCount": 0, "Records": [stored] * body.count(b'"PartitionKey"')}


def fake_sockets(answer: Answer) -> None:
    """Every http.client connection made from now on is answered in this process."""

    def connect(connection: Any) -> None:
        connection.sock = _Socket(answer)

    HTTPConnection.connect = connect  # type: ignore[method-assign,assignment]


def fake_botocore(service: str, answer: Answer) -> None:
    """Every client of the service made from now on by boto3's default session is answered in this process."""

    def before_send(request: Any, **_: Any) -> Any:
        target = request.headers["X-Amz-Target"]
        operation = target.decode() if isinstance(target, bytes) else target
        body = json.dumps(answer(operation, request.body)).encode()
        headers: Any = {"Content-Type": "application/x-amz-json-1.0"}
        return AWSResponse(request.url, 200, headers, _Raw(body))

    session: Any = boto3.DEFAULT_SESSION
    if session is None:
        boto3.setup_default_session()
        session = boto3.DEFAULT_SESSION
    session.events.register(f"before-send.{service}", before_send)


class _Socket:
    """As much of a socket as http.client touches."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._sent = bytearray()

    def sendall(self, data: bytes) -> None:
        self._sent += data

    def makefile(self, *_: Any) -> io.BytesIO:
        head, _gap, body = bytes(self._sent).partition(b"\r\n\r\n")
        self._sent.clear()
        target = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"x-amz-target:"))
        content = json.dumps(self._answer(target.partition(b":")[2].strip().decode(), body)).encode()
        return io.BytesIO(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(content), content))

    def setsockopt(self, *_: Any) -> None:
        """Nothing to set."""

    def close(self) -> None:
        """Nothing to close."""


class _Raw:
    """As much of a urllib3 response as botocore reads."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self._body
