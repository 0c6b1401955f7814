"""Budgets in DynamoDB: pk is the tenant, sk the budget's id; the edition decides who may write."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all
from shared.forecasts.budget import StoredBudget

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoBudgetStore:
    """`BudgetStore`; a budget does not expire."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, tenant: str, budget_id: str) -> StoredBudget | None:
        with failures_are_transient("get"):
            answer = self._client.get_item(TableName=self._table, Key=_key(tenant, budget_id), ConsistentRead=True)
        return _stored(answer["Item"]) if "Item" in answer else None

    def of_tenant(self, tenant: str) -> Sequence[StoredBudget]:
        items = query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :tenant",
            ExpressionAttributeValues={":tenant": {"S": tenant}},
        )
        return list(map(_stored, items))

    def create(self, stored: StoredBudget) -> bool:
        return self._put(stored, "attribute_not_exists(pk)")

    def swap(self, before: StoredBudget, after: StoredBudget) -> bool:
        return self._put(after, "edition = :before", ExpressionAttributeValues={":before": {"N": str(before.edition)}})

    def delete(self, tenant: str, budget_id: str) -> bool:
        with failures_are_transient("delete"):
            answer = self._client.delete_item(
                TableName=self._table, Key=_key(tenant, budget_id), ReturnValues="ALL_OLD"
            )
        return bool(answer.get("Attributes"))

    def _put(self, stored: StoredBudget, condition: str, **values: Any) -> bool:
        item = {
            **_key(stored.budget.tenant, stored.budget.id),
            "edition": {"N": str(stored.edition)},
            "stored": {"S": msgspec.json.encode(stored).decode()},
        }
        return put_on_condition(self._client, TableName=self._table, Item=item, ConditionExpression=condition, **values)


def _key(tenant: str, budget_id: str) -> dict[str, Any]:
    return {"pk": {"S": tenant}, "sk": {"S": budget_id}}


def _stored(item: dict[str, Any]) -> StoredBudget:
    return msgspec.json.decode(item["stored"]["S"], type=StoredBudget)
