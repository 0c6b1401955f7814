"""API keys in DynamoDB: pk = SHA-256 of the key in hex, sk = "key"; index `by_tenant` (tenant, key_id)."""

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from shared.access.keys import AccessKey
from shared.access.roles import Permission, Role
from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all, update_on_condition
from shared.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY: Final = {"S": "key"}
_TIMES: Final = ("created_at", "valid_until", "revoked_at")


class DynamoAccessKeyStore:
    """One item a key. Nothing is ever deleted: a revoked key stays to tell who had it."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def find(self, digest: str) -> AccessKey | None:
        with failures_are_transient("get"):
            answer = self._client.get_item(TableName=self._table, Key=_key_of(digest), ConsistentRead=True)
        return _access_key(answer["Item"]) if "Item" in answer else None

    def add(self, key: AccessKey) -> None:
        added = put_on_condition(
            self._client, TableName=self._table, Item=_item(key), ConditionExpression="attribute_not_exists(pk)"
        )
        if not added:
            raise TransientError("put: there is such a key already")

    def of_tenant(self, tenant: str) -> list[AccessKey]:
        items = query_all(
            self._client,
            TableName=self._table,
            IndexName="by_tenant",
            KeyConditionExpression="tenant = :tenant",
            ExpressionAttributeValues={":tenant": {"S": tenant}},
        )
        return sorted(map(_access_key, items), key=lambda key: (key.created_at, key.key_id))

    def revoke(self, digest: str, at: datetime) -> None:
        update_on_condition(
            self._client,
            TableName=self._table,
            Key=_key_of(digest),
            UpdateExpression="SET revoked_at = :at",
            ConditionExpression="attribute_exists(pk) AND attribute_not_exists(revoked_at)",
            ExpressionAttributeValues={":at": {"S": at.isoformat()}},
        )


def _key_of(digest: str) -> dict[str, Any]:
    return {"pk": {"S": digest}, "sk": _KEY}


def _item(key: AccessKey) -> dict[str, Any]:
    texts = {name: str(getattr(key, name)) for name in ("key_id", "prefix", "name", "tenant", "role", "rate_plan")}
    times = {name: at.isoformat() for name in _TIMES if (at := getattr(key, name)) is not None}
    scopes = {"scopes": " ".join(key.scopes)} if key.scopes else {}
    return _key_of(key.digest) | {name: {"S": value} for name, value in (texts | times | scopes).items()}


def _access_key(item: dict[str, Any]) -> AccessKey:
    said = {name: value["S"] for name, value in item.items()}
    return AccessKey(
        key_id=said["key_id"],
        digest=said["pk"],
        prefix=said["prefix"],
        name=said["name"],
        tenant=said["tenant"],
        role=Role(said["role"]),
        rate_plan=said["rate_plan"],
        created_at=datetime.fromisoformat(said["created_at"]),
        valid_until=_instant(said.get("valid_until")),
        revoked_at=_instant(said.get("revoked_at")),
        scopes=tuple(map(Permission, said.get("scopes", "").split())),
    )


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
