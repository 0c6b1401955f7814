"""What correlation keeps between batches, in DynamoDB: pk is a tenant's slot of ten minutes, sk the batch.

Beside the sightings stand `news` (pk "news", sk tenant) and `lessons` (pk "lessons", sk tenant).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shared.adapters.dynamodb import failures_are_transient, put_all, query_all
from shared.incidents.graph import Edge
from shared.incidents.signal import Signal
from shared.incidents.stores import LIFE_OF_SIGNALS, SLOT, Lessons, News, Sighting
from shared.packs.compression import zstd
from shared.windows.window import KEY_FORMAT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NEWS: Final = {"S": "news"}
LESSONS: Final = {"S": "lessons"}


class _Content(msgspec.Struct, array_like=True):
    signals: tuple[Signal, ...]
    edges: tuple[Edge, ...]


class DynamoSightingStore:
    """`SightingStore`; an item is one batch's compressed JSON, at most some 60 KB."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, sightings: Sequence[Sighting]) -> None:
        put_all(self._client, self._table, list(map(_item, sightings)))

    def since(self, tenant: str, start: datetime, end: datetime) -> Iterator[Sighting]:
        slot = datetime.fromtimestamp(start.timestamp() // SLOT.total_seconds() * SLOT.total_seconds(), start.tzinfo)
        while slot < end:
            yield from map(partial(_sighting, tenant, slot), self._query({"S": _slot_key(tenant, slot)}))
            slot += SLOT

    def announce(self, news: News) -> None:
        with failures_are_transient("put"):
            self._client.put_item(TableName=self._table, Item=_news_key(news) | {"at": {"S": news.at.isoformat()}})

    def news(self) -> Sequence[News]:
        return [News(item["sk"]["S"], datetime.fromisoformat(item["at"]["S"])) for item in self._query(NEWS)]

    def forget(self, news: News) -> None:
        with failures_are_transient("delete"):
            try:
                self._client.delete_item(
                    TableName=self._table,
                    Key=_news_key(news),
                    ConditionExpression="#at = :at",
                    ExpressionAttributeNames={"#at": "at"},
                    ExpressionAttributeValues={":at": {"S": news.at.isoformat()}},
                )
            except self._client.exceptions.ConditionalCheckFailedException:
                return

    def lessons(self, tenant: str) -> Lessons | None:
        with failures_are_transient("get"):
            answer = self._client.get_item(TableName=self._table, Key={"pk": LESSONS, "sk": {"S": tenant}})
        return msgspec.json.decode(answer["Item"]["data"]["S"], type=Lessons) if "Item" in answer else None

    def teach(self, tenant: str, lessons: Lessons) -> None:
        item = {"pk": LESSONS, "sk": {"S": tenant}, "data": {"S": msgspec.json.encode(lessons).decode()}}
        with failures_are_transient("put"):
            self._client.put_item(TableName=self._table, Item=item)

    def _query(self, partition_key: dict[str, str]) -> Iterator[dict[str, Any]]:
        return query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": partition_key},
            ConsistentRead=True,
        )


def _slot_key(tenant: str, slot: datetime) -> str:
    return f"slot#{tenant}#{slot.strftime(KEY_FORMAT)}"


def _news_key(news: News) -> dict[str, Any]:
    return {"pk": NEWS, "sk": {"S": news.tenant}}


def _item(sighting: Sighting) -> dict[str, Any]:
    content = msgspec.json.encode(_Content(sighting.signals, sighting.edges))
    return {
        "pk": {"S": _slot_key(sighting.tenant, sighting.slot)},
        "sk": {"S": sighting.batch},
        "data": {"B": zstd.compress(content)},
        "expires_at": {"N": str(int((sighting.slot + LIFE_OF_SIGNALS).timestamp()))},
    }


def _sighting(tenant: str, slot: datetime, item: dict[str, Any]) -> Sighting:
    content = msgspec.json.decode(zstd.decompress(item["data"]["B"]), type=_Content)
    return Sighting(tenant, slot, item["sk"]["S"], content.signals, content.edges)
