"""The audit log in DynamoDB: pk is the tenant, sk the sequence number; an entry is put once and never again."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec

from shared.adapters.dynamodb import put_on_condition, query_all
from shared.audit.entry import AuditEntry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DIGITS: Final = 12
_ENTRY: Final = msgspec.json.Decoder(AuditEntry)


class DynamoAuditStore:
    """`AuditStore`; nothing in it expires."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def last(self, tenant: str) -> AuditEntry | None:
        return next(self._read(tenant, "sk < :edge", "~", forward=False, limit=1), None)

    def append(self, entry: AuditEntry) -> bool:
        return put_on_condition(
            self._client,
            TableName=self._table,
            Item={
                "pk": {"S": entry.tenant},
                "sk": {"S": _sort_key(entry.sequence)},
                "entry": {"S": msgspec.json.encode(entry).decode()},
            },
            ConditionExpression="attribute_not_exists(pk)",
        )

    def newest_first(self, tenant: str, before: int | None = None) -> Iterator[AuditEntry]:
        return self._read(tenant, "sk < :edge", "~" if before is None else _sort_key(before), forward=False)

    def oldest_first(self, tenant: str, after: int = 0) -> Iterator[AuditEntry]:
        return self._read(tenant, "sk > :edge", _sort_key(after), forward=True)

    def _read(self, tenant: str, side: str, edge: str, *, forward: bool, **more: Any) -> Iterator[AuditEntry]:
        limit = {"Limit": more["limit"]} if more else {}
        items = query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            ScanIndexForward=forward,
            KeyConditionExpression=f"pk = :tenant AND {side}",
            ExpressionAttributeValues={":tenant": {"S": tenant}, ":edge": {"S": edge}},
            **limit,
        )
        return (_ENTRY.decode(item["entry"]["S"]) for item in items)


def _sort_key(sequence: int) -> str:
    return f"{sequence:0{_DIGITS}d}"
