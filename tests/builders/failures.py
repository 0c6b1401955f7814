"""What Lambda leaves in the failure bucket when it gives a batch up."""

import json
from base64 import b64encode
from collections.abc import Sequence
from typing import Any

from shared.packs.arrived import ArrivedRecord

MAPPING = "0d6a8a5c-3f3e-4f43-9d2f-0123456789ab"
FUNCTION = "arn:aws:lambda:eu-west-1:000000000000:function:{}:$LATEST"
GIVEN_UP = f"aws/lambda/{MAPPING}/shardId-000000000000/2026/11/22/2026-11-22T12.00.00-{MAPPING}"


def kinesis_event(batch: Sequence[ArrivedRecord]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventID": f"{record.shard}:{record.sequence}",
                "eventSource": "aws:kinesis",
                "kinesis": {
                    "kinesisSchemaVersion": "1.0",
                    "partitionKey": record.partition_key,
                    "sequenceNumber": record.sequence,
                    "approximateArrivalTimestamp": record.arrived_at.timestamp(),
                    "data": b64encode(record.data).decode(),
                },
            }
            for record in batch
        ]
    }


def table_event(*keys: tuple[str, str]) -> dict[str, Any]:
    return {
        "Records": [
            {
                "eventID": str(number),
                "eventName": "MODIFY",
                "eventSource": "aws:dynamodb",
                "dynamodb": {"Keys": {"pk": {"S": pk}, "sk": {"S": sk}}, "StreamViewType": "KEYS_ONLY"},
            }
            for number, (pk, sk) in enumerate(keys)
        ]
    }


def given_up(event: dict[str, Any], function: str = "aggregation", condition: str = "RecordAgeExceeded") -> bytes:
    """Lambda's invocation record: the event is text within it."""
    return json.dumps(
        {
            "requestContext": {
                "requestId": "c9b8fa9f-5a7f-4d5e-af9c-0c604cde93a5",
                "functionArn": FUNCTION.format(function),
                "condition": condition,
                "approximateInvokeCount": 7,
            },
            "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
            "version": "1.0",
            "timestamp": "2026-11-22T12:00:00.000Z",
            "payload": json.dumps(event),
        }
    ).encode()
