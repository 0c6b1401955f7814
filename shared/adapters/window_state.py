"""The state of open windows in DynamoDB: an item per segment and one per partition's progress."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all, update_on_condition
from shared.errors import TransientError
from shared.windows.ids import EventIds
from shared.windows.state import ItemKey, Segment
from shared.windows.window import EPOCH, Window

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROGRESS = "progress"
MOST_KEYS_AT_ONCE = 100
_MILLISECOND = timedelta(milliseconds=1)


class DynamoStateStore:
    """`StateStore` on the table window_state. Every read is a strong one."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def segments(self, minute: Window, partition: int) -> list[Segment]:
        return self._segments_after(minute, partition, "")

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        """The first segments by the hundred in one call each; the others, which are few, by a query."""
        first = {}
        for start in range(0, len(keys), MOST_KEYS_AT_ONCE):
            for segment in self._first_segments(keys[start : start + MOST_KEYS_AT_ONCE]):
                first[segment.minute, segment.partition] = segment
        return [self._with_followers(first.get(key)) for key in keys]

    def minute(self, minute: Window) -> list[Segment]:
        return [_segment(item) for item in self._query("pk = :pk", {":pk": {"S": minute.key}})]

    def put(self, segment: Segment) -> bool:
        condition = "attribute_not_exists(pk)" if segment.version == 0 else "version = :read"
        values = {"ExpressionAttributeValues": {":read": {"N": str(segment.version)}}} if segment.version else {}
        return put_on_condition(
            self._client, TableName=self._table, Item=_item(segment), ConditionExpression=condition, **values
        )

    def progress(self) -> dict[int, datetime]:
        items = self._query("pk = :pk", {":pk": {"S": PROGRESS}})
        return {_number(item["sk"]["S"]): EPOCH + int(item["at"]["N"]) * _MILLISECOND for item in items}

    def advance_progress(self, partition: int, at: datetime) -> None:
        update_on_condition(
            self._client,
            TableName=self._table,
            Key={"pk": {"S": PROGRESS}, "sk": {"S": f"p={partition:03d}"}},
            UpdateExpression="SET #at = :at",
            ConditionExpression="attribute_not_exists(pk) OR #at < :at",
            ExpressionAttributeNames={"#at": "at"},
            ExpressionAttributeValues={":at": {"N": str((at - EPOCH) // _MILLISECOND)}},
        )

    def _segments_after(self, minute: Window, partition: int, number: str) -> list[Segment]:
        """Those whose number, as spelt in the sort key, is greater; `~` comes after every digit."""
        prefix = f"p={partition:03d}#s="
        condition = "pk = :pk AND sk BETWEEN :low AND :high"
        bounds = {":low": {"S": f"{prefix}{number}!"}, ":high": {"S": f"{prefix}~"}}
        return [_segment(item) for item in self._query(condition, {":pk": {"S": minute.key}, **bounds})]

    def _first_segments(self, keys: Sequence[ItemKey]) -> Iterator[Segment]:
        wanted: Any = [{"pk": {"S": minute.key}, "sk": {"S": _sort_key(partition, 0)}} for minute, partition in keys]
        while wanted:
            with failures_are_transient("batch get"):
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": wanted, "ConsistentRead": True}}
                )
            yield from map(_segment, answer["Responses"].get(self._table, []))
            left = answer.get("UnprocessedKeys", {}).get(self._table, {"Keys": []})["Keys"]
            if len(left) == len(wanted):
                raise TransientError("batch get: nothing was read")
            wanted = left

    def _with_followers(self, first: Segment | None) -> list[Segment]:
        if first is None:
            return []
        if not first.is_frozen:
            return [first]
        return [first, *self._segments_after(first.minute, first.partition, f"{first.number:04d}")]

    def _query(self, condition: str, values: dict[str, Any]) -> Iterator[dict[str, Any]]:
        return query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
        )


def _sort_key(partition: int, number: int) -> str:
    return f"p={partition:03d}#s={number:04d}"


def _number(part: str) -> int:
    """The number in `p=003` or `s=0001`."""
    return int(part.partition("=")[2])


def _item(segment: Segment) -> dict[str, Any]:
    return {
        "pk": {"S": segment.minute.key},
        "sk": {"S": _sort_key(segment.partition, segment.number)},
        "version": {"N": str(segment.version + 1)},
        "ids": {"B": segment.ids.encode()},
        "late": {"B": segment.late_ids.encode()},
        "table": {"B": segment.encoded_table},
        "expires_at": {"N": str(int(segment.expires_at.timestamp()))},
    }


def _segment(item: dict[str, Any]) -> Segment:
    partition, number = item["sk"]["S"].split("#")
    return Segment(
        minute=Window.from_key(item["pk"]["S"]),
        partition=_number(partition),
        number=_number(number),
        version=int(item["version"]["N"]),
        ids=EventIds.decode(item["ids"]["B"]),
        late_ids=EventIds.decode(item["late"]["B"]),
        encoded_table=item["table"]["B"],
    )
