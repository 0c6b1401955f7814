"""The state of open windows in DynamoDB: an item per segment and one per partition's progress."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.dynamodb import get_all, put_on_condition, query_all
from shared.adapters.progress import DynamoProgress
from shared.windows.ids import EventIds
from shared.windows.state import ItemKey, Segment, last_or_next
from shared.windows.window import Window

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoStateStore:
    """`StateStore` on the table window_state, its layout "items". Every read is a strong one."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._progress = DynamoProgress(client, table)

    def segments(self, minute: Window, partition: int) -> list[Segment]:
        return self._segments_after(minute, partition, "")

    def segments_of(self, keys: Sequence[ItemKey]) -> list[list[Segment]]:
        """The first segments by the hundred in one call each; the others, which are few, by a query."""
        wanted = [{"pk": {"S": minute.key}, "sk": {"S": _sort_key(partition, 0)}} for minute, partition in keys]
        found = map(_segment, get_all(self._client, self._table, wanted))
        first = {(segment.minute, segment.partition): segment for segment in found}
        return [self._with_followers(first.get(key)) for key in keys]

    def open_segment(self, key: ItemKey, segments: Sequence[Segment]) -> Segment:
        return last_or_next(key, segments)

    def minute(self, minute: Window) -> list[Segment]:
        return [_segment(item) for item in self._query("pk = :pk", {":pk": {"S": minute.key}})]

    def put(self, segment: Segment) -> bool:
        condition = "attribute_not_exists(pk)" if segment.version == 0 else "version = :read"
        values = {"ExpressionAttributeValues": {":read": {"N": str(segment.version)}}} if segment.version else {}
        return put_on_condition(
            self._client, TableName=self._table, Item=_item(segment), ConditionExpression=condition, **values
        )

    def progress(self) -> dict[int, datetime]:
        return self._progress.read()

    def advance_progress(self, partition: int, at: datetime) -> None:
        self._progress.advance(partition, at)

    def _segments_after(self, minute: Window, partition: int, number: str) -> list[Segment]:
        """Those whose number, as spelt in the sort key, is greater; `~` comes after every digit."""
        prefix = f"p={partition:03d}#s="
        condition = "pk = :pk AND sk BETWEEN :low AND :high"
        bounds = {":low": {"S": f"{prefix}{number}!"}, ":high": {"S": f"{prefix}~"}}
        return [_segment(item) for item in self._query(condition, {":pk": {"S": minute.key}, **bounds})]

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
