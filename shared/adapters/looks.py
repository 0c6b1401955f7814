"""Which windows a mirror is to write once more, in DynamoDB: one item a window."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all
from shared.mirror.stores import Look
from shared.windows.window import EPOCH, Resolution, Window

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_LOOKS = {"S": "looks"}


class DynamoLookStore:
    """`LookStore`; due times are kept to the microsecond."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def note(self, look: Look) -> None:
        put_on_condition(
            self._client,
            TableName=self._table,
            Item={**_key(look.window), "due": {"S": _text(look.due)}},
            ConditionExpression="attribute_not_exists(pk) OR due < :due",
            ExpressionAttributeValues={":due": {"S": _text(look.due)}},
        )

    def due(self, now: datetime) -> Sequence[Look]:
        items = query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            FilterExpression="due <= :now",
            ExpressionAttributeValues={":pk": _LOOKS, ":now": {"S": _text(now)}},
        )
        return sorted(map(_look, items), key=lambda look: look.due)

    def settle(self, look: Look) -> None:
        with failures_are_transient("delete"):
            try:
                self._client.delete_item(
                    TableName=self._table,
                    Key=_key(look.window),
                    ConditionExpression="due = :due",
                    ExpressionAttributeValues={":due": {"S": _text(look.due)}},
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return


def _key(window: Window) -> dict[str, Any]:
    return {"pk": _LOOKS, "sk": {"S": f"{window.resolution.value}#{window.key}"}}


def _look(item: dict[str, Any]) -> Look:
    resolution, _, key = item["sk"]["S"].partition("#")
    return Look(Window.from_key(key, Resolution(resolution)), datetime.fromisoformat(item["due"]["S"]))


def _text(at: datetime) -> str:
    """Of one length, so that texts compare as instants do."""
    return at.astimezone(EPOCH.tzinfo).isoformat(timespec="microseconds")
