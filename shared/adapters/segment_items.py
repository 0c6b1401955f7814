"""Heads and blobs of open windows in DynamoDB, in the table window_state."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from shared.adapters.dynamodb import get_all, put_all, put_on_condition, query_all
from shared.adapters.progress import DynamoProgress
from shared.windows.segments import BlobKey, SegmentHead, SegmentRef
from shared.windows.state import ItemKey, expiry
from shared.windows.window import Window

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_BLOBS_OUTLIVE = timedelta(days=3)
"""Expired items go in any order, within days."""
_refs = msgspec.msgpack.Decoder(tuple[SegmentRef, ...])


class DynamoSegmentItems:
    """`SegmentItems`. Heads lie under their minute and ring its bell; blobs under a key of their own, which rings none.

    That key is the partition's too, so that the writes of a busy minute do not all go to one place of the table.
    """

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._progress = DynamoProgress(client, table)

    def heads(self, keys: Sequence[ItemKey]) -> dict[ItemKey, SegmentHead]:
        found = map(_head, get_all(self._client, self._table, [_head_key(*key) for key in keys]))
        return {(head.minute, head.partition): head for head in found}

    def heads_of(self, minute: Window) -> list[SegmentHead]:
        items = query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": minute.key}},
        )
        return [_head(item) for item in items]

    def put_head(self, head: SegmentHead) -> bool:
        before = head.version - 1
        condition = "version = :before" if before else "attribute_not_exists(pk)"
        values = {"ExpressionAttributeValues": {":before": {"N": str(before)}}} if before else {}
        return put_on_condition(
            self._client, TableName=self._table, Item=_head_item(head), ConditionExpression=condition, **values
        )

    def put_blobs(self, blobs: Mapping[BlobKey, bytes]) -> None:
        put_all(self._client, self._table, [_blob_item(name, data) for name, data in blobs.items()])

    def blobs(self, keys: Sequence[BlobKey]) -> dict[BlobKey, bytes]:
        named = {_text(key): key for key in keys}
        items = get_all(self._client, self._table, [_blob_key(key) for key in keys])
        return {named[item["pk"]["S"] + item["sk"]["S"]]: item["data"]["B"] for item in items}

    def progress(self) -> dict[int, datetime]:
        return self._progress.read()

    def advance_progress(self, partition: int, at: datetime) -> None:
        self._progress.advance(partition, at)


def _head_key(minute: Window, partition: int) -> dict[str, Any]:
    return {"pk": {"S": minute.key}, "sk": {"S": f"p={partition:03d}"}}


def _head_item(head: SegmentHead) -> dict[str, Any]:
    return {
        **_head_key(head.minute, head.partition),
        "version": {"N": str(head.version)},
        "segments": {"B": msgspec.msgpack.encode(head.refs)},
        "expires_at": {"N": _seconds(expiry(head.minute))},
    }


def _head(item: dict[str, Any]) -> SegmentHead:
    return SegmentHead(
        minute=Window.from_key(item["pk"]["S"]),
        partition=int(item["sk"]["S"].removeprefix("p=")),
        version=int(item["version"]["N"]),
        refs=_refs.decode(item["segments"]["B"]),
    )


def _blob_key(key: BlobKey) -> dict[str, Any]:
    return {
        "pk": {"S": f"segments#{key.minute.key}#p={key.partition:03d}"},
        "sk": {"S": f"s={key.number:06d}#{key.id}#{key.content}"},
    }


def _text(key: BlobKey) -> str:
    spelt = _blob_key(key)
    return f"{spelt['pk']['S']}{spelt['sk']['S']}"


def _blob_item(key: BlobKey, data: bytes) -> dict[str, Any]:
    expires_at = _seconds(expiry(key.minute) + _BLOBS_OUTLIVE)
    return {**_blob_key(key), "data": {"B": data}, "expires_at": {"N": expires_at}}


def _seconds(at: datetime) -> str:
    return str(int(at.timestamp()))
