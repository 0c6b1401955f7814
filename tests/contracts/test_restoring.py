"""What a table has lost is put back into it, and nothing that is newer is touched."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from infra.restoring import Restored, Restoring, tables_of
from tests.builders.aws import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TEMPLATE = """{"Resources": {"RollupsABC12345": {"Type": "AWS::DynamoDB::Table", "Properties": {
"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST",
"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}},
"EventIndexABC12345": {"Type": "AWS::DynamoDB::Table", "Properties": {
"KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST",
"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}]}}}}"""


@pytest.fixture(autouse=True)
def client(monkeypatch: pytest.MonkeyPatch) -> "Iterator[DynamoDBClient]":
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "rollups")
        client.update_continuous_backups(
            TableName="rollups", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        yield client


def row(number: int, told: str = "old") -> dict[str, Any]:
    return {"pk": {"S": f"acme#{number}"}, "sk": {"S": "total"}, "told": {"S": told}, "table": {"B": b"\x01" * 900}}


def rows_of(client: "DynamoDBClient") -> dict[str, str]:
    pages = client.get_paginator("scan").paginate(TableName="rollups")
    return {item["pk"]["S"]: item["told"]["S"] for page in pages for item in page["Items"]}


def test_lost_items_come_back_and_newer_ones_stay(client: "DynamoDBClient") -> None:
    for number in range(60):
        client.put_item(TableName="rollups", Item=row(number))
    restoring = Restoring(client, "rollups", sleep=lambda _: None)
    told: list[int] = []
    restoring.restore(at=None)
    for number in range(20):
        client.delete_item(TableName="rollups", Key={name: row(number)[name] for name in ("pk", "sk")})
    client.put_item(TableName="rollups", Item=row(40, told="new"))
    client.put_item(TableName="rollups", Item=row(60, told="new"))

    restored = restoring.put_back(told.append)
    again = restoring.put_back()
    restoring.forget()

    assert (restored, again) == (Restored(60, 20), Restored(60, 0))
    assert rows_of(client) == {f"acme#{number}": "new" if number in {40, 60} else "old" for number in range(61)}
    assert sum(told) == 60
    assert client.list_tables()["TableNames"] == ["rollups"]


def test_tables_are_named_as_the_storage_stack_names_them() -> None:
    boto3.client("cloudformation").create_stack(StackName="LlmAnalyticsHub-prod-Storage", TemplateBody=TEMPLATE)

    assert list(tables_of("prod", [])) == ["Rollups"]
    with pytest.raises(KeyError):
        tables_of("prod", ["Rollup"])


def test_a_table_that_a_replay_writes_again_is_left_to_it() -> None:
    boto3.client("cloudformation").create_stack(StackName="LlmAnalyticsHub-prod-Storage", TemplateBody=TEMPLATE)

    assert "EventIndex" not in tables_of("prod", [])
    with pytest.raises(KeyError, match="replay"):
        tables_of("prod", ["EventIndex"])
