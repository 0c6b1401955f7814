"""What tenants say about their alerts, in DynamoDB: pk = policy#<tenant>, sk = <kind>#<id>."""

from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

from shared.adapters.dynamodb import failures_are_transient, query_all
from shared.anomalies.policies import Bar, Maintenance, Policy, Rule

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_RULE, _MAINTENANCE, _BAR = "rule", "maintenance", "bar"


class DynamoPolicyStore:
    """`PolicyStore`; what is over (a maintenance window, a bar) expires."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def policy(self, tenant: str) -> Policy:
        found: dict[str, list[str]] = {_RULE: [], _MAINTENANCE: [], _BAR: []}
        for item in self._items(tenant):
            found[item["sk"]["S"].partition("#")[0]].append(item["said"]["S"])
        now = self._clock()
        return Policy(
            rules=[msgspec.json.decode(said, type=Rule) for said in found[_RULE]],
            maintenance=[
                each for said in found[_MAINTENANCE] if (each := msgspec.json.decode(said, type=Maintenance)).end > now
            ],
            bars=[bar for said in found[_BAR] if (bar := msgspec.json.decode(said, type=Bar)).expires_at > now],
        )

    def put_rule(self, rule: Rule) -> None:
        self._put(rule.tenant, f"{_RULE}#{rule.id}", rule)

    def delete_rule(self, tenant: str, rule_id: str) -> bool:
        return self._delete(tenant, f"{_RULE}#{rule_id}")

    def put_maintenance(self, maintenance: Maintenance) -> None:
        self._put(maintenance.tenant, f"{_MAINTENANCE}#{maintenance.id}", maintenance, maintenance.end)

    def delete_maintenance(self, tenant: str, maintenance_id: str) -> bool:
        return self._delete(tenant, f"{_MAINTENANCE}#{maintenance_id}")

    def raise_bar(self, bar: Bar) -> None:
        digest = blake2b(msgspec.json.encode(bar.series), digest_size=8).hexdigest()
        self._put(bar.series.tenant, f"{_BAR}#{digest}", bar, bar.expires_at)

    def _items(self, tenant: str) -> list[dict[str, Any]]:
        return list(
            query_all(
                self._client,
                TableName=self._table,
                ConsistentRead=True,
                KeyConditionExpression="pk = :pk",
                ExpressionAttributeValues={":pk": {"S": f"policy#{tenant}"}},
            )
        )

    def _put(self, tenant: str, sort_key: str, said: Any, until: datetime | None = None) -> None:
        expiry = {"expires_at": {"N": str(int(until.timestamp()) + 86_400)}} if until else {}
        item = {**_key(tenant, sort_key), "said": {"S": msgspec.json.encode(said).decode()}, **expiry}
        with failures_are_transient("put"):
            self._client.put_item(TableName=self._table, Item=item)

    def _delete(self, tenant: str, sort_key: str) -> bool:
        with failures_are_transient("delete"):
            answer = self._client.delete_item(TableName=self._table, Key=_key(tenant, sort_key), ReturnValues="ALL_OLD")
        return bool(answer.get("Attributes"))


def _key(tenant: str, sort_key: str) -> dict[str, Any]:
    return {"pk": {"S": f"policy#{tenant}"}, "sk": {"S": sort_key}}
