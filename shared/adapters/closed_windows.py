"""Closed windows in DynamoDB: a head a window, parts under ids of their own, and the one cursor."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.dynamodb import failures_are_transient, put_all, put_on_condition, query_all, update_on_condition
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

    def put_parts(self, window: Window, tables: Mapping[int, SummaryTable]) -> tuple[PartRef, ...]:
        if not tables:
            return ()
        part_id, refs, items = self._new_id(), [], []
        for bucket, table in sorted(tables.items()):
            data = table.encode()
            chunks = [data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES)]
            items += [_part_item(window, part_id, (bucket, number), chunk) for number, chunk in enumerate(chunks)]
            refs.append(PartRef(bucket, part_id, len(chunks)))
        put_all(self._client, self._table, items)
        return tuple(refs)

    def part(self, ref: PartRef) -> SummaryTable:
        return self._read_parts([ref], f"b={ref.bucket:02d}#")[ref.bucket]

    def parts(self, head: Head) -> dict[int, SummaryTable]:
        return self._read_parts(head.parts, "b=") if head.parts else {}

    def _read_parts(self, refs: Sequence[PartRef], prefix: str) -> dict[int, SummaryTable]:
        """All chunks of these parts, which have one id: fewer than the head names is a read that came too early."""
        chunks: dict[int, list[bytes]] = {ref.bucket: [] for ref in refs}
        for item in self._chunks(refs[0].id, prefix):
            chunks[int(item["sk"]["S"][2:4])].append(item["data"]["B"])
        if any(len(chunks[ref.bucket]) != ref.chunks for ref in refs):
            raise TransientError(f"parts {refs[0].id} are not complete")
        return {bucket: SummaryTable.decode(b"".join(some)) for bucket, some in chunks.items()}

    def _chunks(self, part_id: str, prefix: str) -> Iterator[dict[str, Any]]:
        return query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :prefix)",
            ExpressionAttributeValues={":pk": {"S": f"part#{part_id}"}, ":prefix": {"S": prefix}},
        )

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


def _part_item(window: Window, part_id: str, place: tuple[int, int], chunk: bytes) -> dict[str, Any]:
    return {
        "pk": {"S": f"part#{part_id}"},
        "sk": {"S": f"b={place[0]:02d}#c={place[1]:04d}"},
        "data": {"B": chunk},
        "expires_at": _expiry(window),
    }


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
