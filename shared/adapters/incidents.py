"""Incidents in DynamoDB: pk is the tenant, sk the incident's id, which sorts by when it was opened."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all
from shared.incidents.incident import Incident, IncidentStatus
from shared.incidents.stores import LIFE_OF_INCIDENTS, StoredIncident
from shared.packs.compression import zstd

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

LONGEST_STORY = timedelta(days=7)
"""Incidents opened longer ago are not read again: a story that goes on for a week begins anew."""


class DynamoIncidentStore:
    """`IncidentStore`; the whole incident is one compressed item (500 signals are some 60 KB)."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, tenant: str, incident_id: str) -> StoredIncident | None:
        with failures_are_transient("get"):
            answer = self._client.get_item(
                TableName=self._table, Key={"pk": {"S": tenant}, "sk": {"S": incident_id}}, ConsistentRead=True
            )
        return _stored(answer["Item"]) if "Item" in answer else None

    def put(self, stored: StoredIncident) -> bool:
        condition: dict[str, Any] = (
            {"ConditionExpression": "attribute_not_exists(pk)"}
            if stored.edition == 1
            else {
                "ConditionExpression": "edition = :before",
                "ExpressionAttributeValues": {":before": {"N": str(stored.edition - 1)}},
            }
        )
        return put_on_condition(self._client, TableName=self._table, Item=_item(stored), **condition)

    def recent(self, tenant: str, since: datetime) -> Sequence[StoredIncident]:
        items = query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :tenant AND sk > :oldest",
            FilterExpression="#status = :open OR last_signal_at >= :since",
            ExpressionAttributeNames={"#status": "status"},
            ExpressionAttributeValues={
                ":tenant": {"S": tenant},
                ":oldest": {"S": f"{since - LONGEST_STORY:%Y%m%d}"},
                ":open": {"S": IncidentStatus.OPEN.value},
                ":since": {"S": since.isoformat()},
            },
            ConsistentRead=True,
        )
        return list(map(_stored, items))

    def find(
        self, tenant: str, *, status: IncidentStatus | None = None, after: str | None = None, limit: int = 50
    ) -> Sequence[StoredIncident]:
        items = query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :tenant AND sk < :after",
            ExpressionAttributeValues={":tenant": {"S": tenant}, ":after": {"S": after or "~"}},
            ScanIndexForward=False,
        )
        found: list[StoredIncident] = []
        for item in items:
            if status is None or item["status"]["S"] == status.value:
                found.append(_stored(item))
            if len(found) == limit:
                break
        return found


def _item(stored: StoredIncident) -> dict[str, Any]:
    incident = stored.incident
    return {
        "pk": {"S": incident.tenant},
        "sk": {"S": incident.id},
        "edition": {"N": str(stored.edition)},
        "status": {"S": incident.status.value},
        "last_signal_at": {"S": incident.last_signal_at.isoformat()},
        "owed": {"L": [{"S": notice} for notice in stored.owed]},
        "incident": {"B": zstd.compress(msgspec.json.encode(incident))},
        "expires_at": {"N": str(int((incident.last_signal_at + LIFE_OF_INCIDENTS).timestamp()))},
    }


def _stored(item: dict[str, Any]) -> StoredIncident:
    return StoredIncident(
        incident=msgspec.json.decode(zstd.decompress(item["incident"]["B"]), type=Incident),
        edition=int(item["edition"]["N"]),
        owed=tuple(notice["S"] for notice in item["owed"]["L"]),
    )
