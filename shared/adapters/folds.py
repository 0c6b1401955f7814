"""The fold of the anomaly stage: its one item in DynamoDB, what it has learned as objects in S3."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from shared.adapters import s3
from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all
from shared.anomalies.anomaly import LIFE, Anomaly
from shared.anomalies.folds import Place
from shared.windows.window import Resolution, Window

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

PREFIX = "detector/"
_PLACE = {"pk": {"S": "fold"}, "sk": {"S": "fold"}}
_ANNOUNCED = {"S": "announced"}


class DynamoAnnouncements:
    """`Announcements`, beside the fold's item."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def announce(self, anomaly: Anomaly) -> None:
        item = {
            "pk": _ANNOUNCED,
            "sk": {"S": f"{anomaly.tenant}#{anomaly.id}"},
            "anomaly": {"S": anomaly.encode()},
            "expires_at": {"N": str(int((anomaly.window.end + LIFE).timestamp()))},
        }
        with failures_are_transient("put"):
            self._client.put_item(TableName=self._table, Item=item)

    def announced(self) -> Sequence[Anomaly]:
        items = query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": _ANNOUNCED},
        )
        return [Anomaly.decode(item["anomaly"]["S"]) for item in items]

    def adopted(self, anomalies: Iterable[Anomaly]) -> None:
        for anomaly in anomalies:
            key = {"pk": _ANNOUNCED, "sk": {"S": f"{anomaly.tenant}#{anomaly.id}"}}
            with failures_are_transient("delete"):
                self._client.delete_item(TableName=self._table, Key=key)


class DynamoFoldStore(DynamoAnnouncements):
    """`FoldStore`; `new_id` gives an id that was never used (a UUID's hex)."""

    def __init__(
        self, client: "DynamoDBClient", table: str, objects: "S3Client", bucket: str, new_id: Callable[[], str]
    ) -> None:
        super().__init__(client, table)
        self._objects = objects
        self._bucket = bucket
        self._new_id = new_id

    def place(self) -> Place | None:
        with failures_are_transient("get"):
            answer = self._client.get_item(TableName=self._table, Key=_PLACE, ConsistentRead=True)
        return _place(answer["Item"]) if "Item" in answer else None

    def advance(self, before: Place | None, after: Place) -> bool:
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before:
            condition = {
                "ConditionExpression": "revision = :revision AND is_pending = :is_pending",
                "ExpressionAttributeValues": {
                    ":revision": {"N": str(before.revision)},
                    ":is_pending": {"BOOL": before.is_pending},
                },
            }
        return put_on_condition(self._client, TableName=self._table, Item=_item(after), **condition)

    def put_object(self, content: bytes) -> str:
        object_id = self._new_id()
        with s3.failures_are_transient("put"):
            self._objects.put_object(Bucket=self._bucket, Key=PREFIX + object_id, Body=content)
        return object_id

    def object(self, object_id: str) -> bytes:
        with s3.failures_are_transient("get"):
            return self._objects.get_object(Bucket=self._bucket, Key=PREFIX + object_id)["Body"].read()

    def forget(self, object_ids: Iterable[str]) -> None:
        for object_id in object_ids:
            with s3.failures_are_transient("delete"):
                self._objects.delete_object(Bucket=self._bucket, Key=PREFIX + object_id)


def _item(place: Place) -> dict[str, Any]:
    return {
        **_PLACE,
        "resolution": {"S": place.next.resolution.value},
        "next": {"S": place.next.key},
        "revision": {"N": str(place.revision)},
        "states": {"M": {str(bucket): {"S": object_id} for bucket, object_id in place.states.items()}},
        "memory": {"S": place.memory} if place.memory else {"NULL": True},
        "stale": {"L": [{"S": object_id} for object_id in place.stale]},
        "is_pending": {"BOOL": place.is_pending},
    }


def _place(item: dict[str, Any]) -> Place:
    return Place(
        next=Window.from_key(item["next"]["S"], Resolution(item["resolution"]["S"])),
        revision=int(item["revision"]["N"]),
        states={int(bucket): object_id["S"] for bucket, object_id in item["states"]["M"].items()},
        memory=item["memory"].get("S"),
        stale=tuple(object_id["S"] for object_id in item["stale"]["L"]),
        is_pending=item["is_pending"]["BOOL"],
    )
