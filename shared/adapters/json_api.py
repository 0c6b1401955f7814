"""One kept connection to an AWS service that speaks JSON over HTTP, for the hot path: no service model, no import of an SDK.

Endpoint, region and credentials are found where the SDKs find them in a Lambda function.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache, partial
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ssl import SSLEOFError
from typing import Self
from urllib.parse import urlsplit

from shared.adapters.signing import Credentials, Signer
from shared.errors import TransientError

TIMEOUT_SECONDS = 3.0
"""Without a byte from the other side."""


class JsonApi:
    """Not for several threads at once: a Lambda function serves one request at a time."""

    def __init__(
        self,
        signer: Signer,
        endpoint: str,
        credentials: Callable[[], Credentials],
        clock: Callable[[], datetime],
        *,
        version: str = "1.1",
    ) -> None:
        parts = urlsplit(endpoint)
        connection = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connection = connection(parts.netloc, timeout=TIMEOUT_SECONDS)
        self._used = False
        self._host = parts.netloc
        self._content_type = f"application/x-amz-json-{version}"
        self._signer = signer
        self._credentials = credentials
        self._clock = clock

    @classmethod
    def of(
        cls,
        service: str,
        environment: Mapping[str, str] = os.environ,
        *,
        version: str = "1.1",
    ) -> Self:
        """`version` is that of the AWS JSON protocol which the service speaks."""
        region = environment.get("AWS_REGION") or environment["AWS_DEFAULT_REGION"]
        given = environment.get(f"AWS_ENDPOINT_URL_{service.upper()}") or environment.get("AWS_ENDPOINT_URL")
        endpoint = given or endpoint_of(service, region)
        return cls(
            Signer(service, region),
            endpoint,
            partial(credentials_in, environment),
            partial(datetime.now, UTC),
            version=version,
        )

    def post(self, operation: str, body: bytes) -> tuple[int, bytes]:
        """The status and body of the answer; TransientError if there is none, and then the call may yet have worked."""
        headers = {"Content-Type": self._content_type, "Host": self._host, "X-Amz-Target": operation}
        signed = self._signer.sign(headers, body, self._credentials(), self._clock())
        try:
            answer = self._answer_to(body, signed)
            return answer.status, answer.read()
        except (OSError, HTTPException) as error:
            self._connection.close()
            self._used = False
            raise TransientError(f"{operation}: {type(error).__name__}") from error

    def _answer_to(self, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
        """Sent once more on a new connection if the kept one was closed while idle, as the other side may at any time.

        RFC 9112, 9.3 and 9.5; a call that another side had begun to answer, or was slow to, is not sent again.
        """
        if self._used:
            with suppress(ConnectionError, SSLEOFError):
                return self._send(body, headers)
            self._connection.close()
        self._used = True
        return self._send(body, headers)

    def _send(self, body: bytes, headers: Mapping[str, str]) -> HTTPResponse:
        self._connection.request("POST", "/", body, headers)
        return self._connection.getresponse()


def endpoint_of(service: str, region: str) -> str:
    """The public endpoint; a VPC endpoint has the same name.

    >>> endpoint_of("kinesis", "eu-central-1")
    'https://kinesis.eu-central-1.amazonaws.com'
    """
    return f"https://{service}.{region}.amazonaws.com{'.cn' if region.startswith('cn-') else ''}"


def credentials_in(environment: Mapping[str, str]) -> Credentials:
    """Those that Lambda puts into the environment; where it does not (SnapStart), those that the SDK finds."""
    if "AWS_ACCESS_KEY_ID" in environment:
        token = environment.get("AWS_SESSION_TOKEN")
        return Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"], token)
    return _sdk_credentials()()


@lru_cache(maxsize=1)
def _sdk_credentials() -> Callable[[], Credentials]:
    from botocore.session import get_session  # noqa: PLC0415 - 150 ms of CPU that most cold starts need not spend

    source = get_session().get_credentials()

    def current() -> Credentials:
        found = source.get_frozen_credentials() if source else None
        if found is None or found.access_key is None or found.secret_key is None:
            raise TransientError("no AWS credentials")
        return Credentials(found.access_key, found.secret_key, found.token)

    return current
