"""Closed windows in DynamoDB: a head a window, parts under ids of their own, and the one cursor."""

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all, update_on_condition
from shared.errors import TransientError
from shared.windows.closed import LIFE_OF_HEADS, Cursor, Head, PartRef
from shared.windows.table import SummaryTable
from shared.windows.window import Window

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

CHUNK_BYTES = 350_000
"""An item may have 400 KB."""
_CURSOR = {"pk": {"S": "cursor"}, "sk": {"S": "cursor"}}


class DynamoClosedWindowStore:
    """`ClosedWindowStore` on the table closed_windows; `new_id` gives an id that was never used (a UUID's hex)."""

    def __init__(self, client: "DynamoDBClient", table: str, new_id: Callable[[], str]) -> None:
        self._client = client
        self._table = table
        self._new_id = new_id

    def head(self, window: Window) -> Head | None:
        item = self._get({"pk": {"S": _partition_key(window)}, "sk": {"S": "head"}})
        return _head(window, item) if item else None

    def put_head(self, head: Head) -> bool:
        return put_on_condition(
            self._client,
            TableName=self._table,
            Item=_head_item(head),
            ConditionExpression="attribute_not_exists(pk) OR version < :version OR (version = :version AND late < :late)",
            ExpressionAttributeValues={":version": {"N": str(head.version)}, ":late": {"N": str(head.late)}},
        )

    def put_part(self, window: Window, bucket: int, table: SummaryTable) -> PartRef:
        data = table.encode()
        chunks = [data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES)]
        ref = PartRef(bucket, self._new_id(), len(chunks))
        for number, chunk in enumerate(chunks):
            item: dict[str, Any] = {
                "pk": {"S": f"part#{ref.id}"},
                "sk": {"S": f"b={bucket:02d}#c={number:04d}"},
                "data": {"B": chunk},
                "expires_at": _expiry(window),
            }
            with failures_are_transient("put part"):
                self._client.put_item(TableName=self._table, Item=item)
        return ref

    def part(self, ref: PartRef) -> SummaryTable:
        items = list(
            query_all(
                self._client,
                TableName=self._table,
                ConsistentRead=True,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"part#{ref.id}"}},
            )
        )
        if len(items) != ref.chunks:
            raise TransientError(f"part {ref.id} has {len(items)} of its {ref.chunks} chunks")
        return SummaryTable.decode(b"".join(item["data"]["B"] for item in items))

    def cursor(self) -> Cursor | None:
        item = self._get(_CURSOR)
        return Cursor(Window.from_key(item["first"]["S"]), Window.from_key(item["next"]["S"])) if item else None

    def create_cursor(self, cursor: Cursor) -> bool:
        return put_on_condition(
            self._client,
            TableName=self._table,
            Item={**_CURSOR, "first": {"S": cursor.first.key}, "next": {"S": cursor.next.key}},
            ConditionExpression="attribute_not_exists(pk)",
        )

    def advance_cursor(self, cursor: Cursor) -> bool:
        return update_on_condition(
            self._client,
            TableName=self._table,
            Key=_CURSOR,
            UpdateExpression="SET #next = :to",
            ConditionExpression="#next = :from",
            ExpressionAttributeNames={"#next": "next"},
            ExpressionAttributeValues={":from": {"S": cursor.next.key}, ":to": {"S": cursor.advanced().next.key}},
        )

    def _get(self, key: dict[str, Any]) -> dict[str, Any] | None:
        with failures_are_transient("get"):
            return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")


def _partition_key(window: Window) -> str:
    return f"{window.resolution.value}#{window.key}"


def _expiry(window: Window) -> dict[str, str]:
    return {"N": str(int((window.end + LIFE_OF_HEADS).timestamp()))}


def _head_item(head: Head) -> dict[str, Any]:
    parts = [{"M": {"bucket": _n(part.bucket), "id": {"S": part.id}, "chunks": _n(part.chunks)}} for part in head.parts]
    return {
        "pk": {"S": _partition_key(head.window)},
        "sk": {"S": "head"},
        "version": _n(head.version),
        "late": _n(head.late),
        "parts": {"L": parts},
        "announced_at": {"S": head.announced_at.isoformat()},
        "expires_at": _expiry(head.window),
    }


def _n(number: int) -> dict[str, str]:
    return {"N": str(number)}


def _head(window: Window, item: dict[str, Any]) -> Head:
    parts = (part["M"] for part in item["parts"]["L"])
    return Head(
        window=window,
        version=int(item["version"]["N"]),
        late=int(item["late"]["N"]),
        parts=tuple(PartRef(int(p["bucket"]["N"]), p["id"]["S"], int(p["chunks"]["N"])) for p in parts),
        announced_at=datetime.fromisoformat(item["announced_at"]["S"]),
    )
