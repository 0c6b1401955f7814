"""What the DynamoDB adapters share: one client, strong queries in full, conditional writes, and errors of our own."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

THREADS = 16
MOST_PUTS_AT_ONCE = 25
MOST_KEYS_AT_ONCE = 100
CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    max_pool_connections=THREADS,
    retries={"mode": "standard", "max_attempts": 5},
    parameter_validation=False,
)


def threads() -> Callable[..., Iterator[Any]]:
    """An executor's map, of as many threads as a client has connections."""
    return ThreadPoolExecutor(THREADS).map


def dynamodb_client() -> "DynamoDBClient":
    return boto3.client("dynamodb", config=CLIENT_CONFIG)


@contextmanager
def failures_are_transient(doing: str) -> Iterator[None]:
    """Whatever AWS answers but our conditions is the world's fault: throttling, a lost network, a missing grant."""
    try:
        yield
    except ClientError as error:
        raise TransientError(f"{doing}: {error.response['Error'].get('Code', 'unknown')}") from error
    except BotoCoreError as error:
        raise TransientError(f"{doing}: {type(error).__name__}") from error


def query_all(client: "DynamoDBClient", **request: Any) -> Iterator[dict[str, Any]]:
    """Every item that the query finds, over all its pages; pass ConsistentRead=True unless stale is good enough."""
    while True:
        with failures_are_transient("query"):
            page = client.query(**request)
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def get_all(client: "DynamoDBClient", table: str, keys: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The items of these distinct keys that there are, in any order, by strong reads."""
    for start in range(0, len(keys), MOST_KEYS_AT_ONCE):
        wanted: Any = keys[start : start + MOST_KEYS_AT_ONCE]
        while wanted:
            with failures_are_transient("batch get"):
                answer = client.batch_get_item(RequestItems={table: {"Keys": wanted, "ConsistentRead": True}})
            yield from answer["Responses"].get(table, [])
            left = answer.get("UnprocessedKeys", {}).get(table, {"Keys": []})["Keys"]
            if len(left) == len(wanted):
                raise TransientError("batch get: nothing was read")
            wanted = left


def put_on_condition(client: "DynamoDBClient", **request: Any) -> bool:
    """True if the item was put, False if its condition did not hold."""
    with failures_are_transient("put"):
        try:
            client.put_item(**request)
        except client.exceptions.ConditionalCheckFailedException:
            return False
    return True


def put_all(client: "DynamoDBClient", table: str, items: list[dict[str, Any]]) -> None:
    """Put items on no condition, by the 25 that one call takes; return when every one is stored."""
    waiting: list[Any] = [{"PutRequest": {"Item": item}} for item in items]
    while waiting:
        now, later = waiting[:MOST_PUTS_AT_ONCE], waiting[MOST_PUTS_AT_ONCE:]
        with failures_are_transient("batch write"):
            left = client.batch_write_item(RequestItems={table: now})["UnprocessedItems"].get(table, [])
        if len(left) == len(now):
            raise TransientError("batch write: nothing was stored")
        waiting = [*left, *later]


def update_on_condition(client: "DynamoDBClient", **request: Any) -> bool:
    """True if the item was updated, False if its condition did not hold."""
    with failures_are_transient("update"):
        try:
            client.update_item(**request)
        except client.exceptions.ConditionalCheckFailedException:
            return False
    return True
