"""Quarantined records among the refused items of their tenant in DynamoDB: an item for each, pk = tenant, sk = minute#shard#sequence."""

from typing import TYPE_CHECKING

from shared.adapters.dynamodb import failures_are_transient
from shared.adapters.refusals import BESIDE, CODE, written
from shared.events.refusals import LIFE, QUARANTINED
from shared.packs.quarantine import QuarantinedRecord

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoQuarantineNotes:
    """`QuarantineNotes`, in the minute of the record's arrival: whenever it comes again, its item is the same."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def note(self, tenant: str, record: QuarantinedRecord) -> None:
        name = BESIDE.join((written(record.arrived_at), record.shard, record.sequence))
        with failures_are_transient("quarantine note"):
            self._client.put_item(
                TableName=self._table,
                Item={
                    "pk": {"S": tenant},
                    "sk": {"S": name},
                    CODE + QUARANTINED: {"N": "1"},
                    "expires_at": {"N": str(int((record.arrived_at + LIFE).timestamp()))},
                },
            )
