"""The calls of DynamoDB that aggregation and query make most, without the SDK's work: an eighth of a batch's CPU, and
half of a query's.

It stands where boto3's client stands: requests, answers and errors are the client's, and what else is called is passed on
to it.
"""

import random
import threading
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Protocol, cast

import msgspec
from pybase64 import b64decode

from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.json_api import JsonApi
from shared.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TARGET = "DynamoDB_20120810"
TRIES = 5
FIRST_PAUSE_SECONDS = 0.05
RETRIED = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
"""What the SDK too takes for passing trouble, beside every status of the 500s."""
_HTTP_OK = 200
_HTTP_SERVER_ERROR = 500
Answer = dict[str, Any]


class Api(Protocol):
    """One call of a JSON service; raises TransientError when no answer came."""

    def post(self, operation: str, body: bytes) -> tuple[int, bytes]: ...


class DynamoApi:
    """For several threads at once: each has a connection of its own, made by `connect`."""

    def __init__(
        self,
        client: Any,
        connect: Callable[[], Api],
        *,
        sleep: Callable[[float], None] = time.sleep,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._client = client
        self._connect = connect
        self._of_thread = threading.local()
        self._sleep = sleep
        self._uniform = uniform

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_item(self, **request: Any) -> Answer:
        return self._call("PutItem", request)

    def update_item(self, **request: Any) -> Answer:
        return self._call("UpdateItem", request)

    def batch_get_item(self, **request: Any) -> Answer:
        """Of the items' attributes, bytes are bytes; no list or map is looked into."""
        answer = self._call("BatchGetItem", request)
        for items in answer["Responses"].values():
            _decode_bytes(items)
        return answer

    def query(self, **request: Any) -> Answer:
        """Bytes as with `batch_get_item`."""
        answer = self._call("Query", request)
        _decode_bytes(answer["Items"])
        return answer

    def _call(self, operation: str, request: Answer) -> Answer:
        """Pauses double, each at full jitter. A try without an answer may have worked: conditions tell, as with the SDK."""
        body = msgspec.json.encode(request)
        for attempt in range(1, TRIES):
            try:
                return self._once(operation, body)
            except TransientError:
                self._sleep(self._uniform(0, FIRST_PAUSE_SECONDS * 2**attempt))
        return self._once(operation, body)

    def _once(self, operation: str, body: bytes) -> Answer:
        status, answer = self._api().post(f"{TARGET}.{operation}", body)
        try:
            told: Answer = msgspec.json.decode(answer, type=dict)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise TransientError(f"{operation}: HTTP {status}, and no JSON") from None
        if status == _HTTP_OK:
            return told
        code = str(told.get("__type", "unknown")).rpartition("#")[2]
        if status >= _HTTP_SERVER_ERROR or code in RETRIED:
            raise TransientError(f"{operation}: {code}")
        message = told.get("message") or told.get("Message") or ""
        raise self._client.exceptions.from_code(code)({"Error": {"Code": code, "Message": message}}, operation)

    def _api(self) -> Api:
        try:
            api: Api = self._of_thread.api
        except AttributeError:
            api = self._of_thread.api = self._connect()
        return api


def _decode_bytes(items: Iterable[dict[str, dict[str, Any]]]) -> None:
    for item in items:
        for value in item.values():
            if "B" in value:
                value["B"] = b64decode(value["B"])


def fast_dynamodb_client() -> "DynamoDBClient":
    """For a stage that makes many of these calls."""

    def connect() -> JsonApi:
        return JsonApi.of("dynamodb", version="1.0")

    return cast("DynamoDBClient", DynamoApi(dynamodb_client(), connect))
