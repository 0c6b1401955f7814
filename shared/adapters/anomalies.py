"""Anomalies in DynamoDB: pk = the tenant, sk = the id, which begins with the window's start."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all
from shared.anomalies.anomaly import LIFE, Anomaly
from shared.anomalies.stores import Notice, Sending, StoredAnomaly
from shared.windows.window import KEY_FORMAT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoAnomalyStore:
    """`AnomalyStore`; whoever reads the table's stream finds the anomaly as JSON in the attribute `anomaly`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, tenant: str, anomaly_id: str) -> StoredAnomaly | None:
        with failures_are_transient("get"):
            answer = self._client.get_item(TableName=self._table, Key=_key(tenant, anomaly_id), ConsistentRead=True)
        return _stored(answer["Item"]) if "Item" in answer else None

    def swap(self, before: StoredAnomaly | None, after: StoredAnomaly) -> bool:
        return put_on_condition(
            self._client, TableName=self._table, Item=_item(after), **_condition(before.edition if before else None)
        )

    def find(self, tenant: str, start: datetime, end: datetime, *, after: str | None = None) -> Iterator[Anomaly]:
        """Ids sort by the window's start. A sort key that begins with the end of the range is greater than the end."""
        last = after or end.strftime(KEY_FORMAT)
        items = query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :start AND :last",
            ExpressionAttributeValues={
                ":pk": {"S": tenant},
                ":start": {"S": start.strftime(KEY_FORMAT)},
                ":last": {"S": last},
            },
            ScanIndexForward=False,
        )
        return (Anomaly.decode(item["anomaly"]["S"]) for item in items if item["sk"]["S"] != after)


def _condition(edition: int | None) -> dict[str, Any]:
    if edition is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "edition = :edition",
        "ExpressionAttributeValues": {":edition": {"N": str(edition)}},
    }


def _key(tenant: str, anomaly_id: str) -> dict[str, Any]:
    return {"pk": {"S": tenant}, "sk": {"S": anomaly_id}}


def _item(stored: StoredAnomaly) -> dict[str, Any]:
    anomaly = stored.anomaly
    return {
        **_key(anomaly.tenant, anomaly.id),
        "anomaly": {"S": anomaly.encode()},
        "revision": {"N": str(stored.revision)},
        "edition": {"N": str(stored.edition)},
        "is_decided": {"BOOL": stored.is_decided},
        "notices": {"M": {notice.value: {"S": sending.value} for notice, sending in stored.notices.items()}},
        "expires_at": {"N": str(int((anomaly.window.end + LIFE).timestamp()))},
    }


def _stored(item: dict[str, Any]) -> StoredAnomaly:
    return StoredAnomaly(
        anomaly=Anomaly.decode(item["anomaly"]["S"]),
        revision=int(item["revision"]["N"]),
        edition=int(item["edition"]["N"]),
        is_decided=item["is_decided"]["BOOL"],
        notices={Notice(name): Sending(said["S"]) for name, said in item["notices"]["M"].items()},
    )
