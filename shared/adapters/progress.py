"""How far each partition is complete, in the table of open windows: whatever its layout, an item for each partition."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.adapters.dynamodb import query_all, update_on_condition
from shared.windows.window import EPOCH

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

PROGRESS = "progress"
_PREFIX = "p="
_MILLISECOND = timedelta(milliseconds=1)


class DynamoProgress:
    """Items of the same table as state, so that its stream wakes rollup when there are only ticks."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def read(self) -> dict[int, datetime]:
        items = query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": PROGRESS}},
        )
        return {int(item["sk"]["S"].removeprefix(_PREFIX)): _instant(item["at"]["N"]) for item in items}

    def advance(self, partition: int, at: datetime) -> None:
        update_on_condition(
            self._client,
            TableName=self._table,
            Key={"pk": {"S": PROGRESS}, "sk": {"S": f"{_PREFIX}{partition:03d}"}},
            UpdateExpression="SET #at = :at",
            ConditionExpression="attribute_not_exists(pk) OR #at < :at",
            ExpressionAttributeNames={"#at": "at"},
            ExpressionAttributeValues={":at": {"N": str((at - EPOCH) // _MILLISECOND)}},
        )


def _instant(milliseconds: str) -> datetime:
    return EPOCH + int(milliseconds) * _MILLISECOND
