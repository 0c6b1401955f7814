"""Refused items in DynamoDB: pk = tenant, sk = minute, one number for each code. Without the SDK, for ingestion adds to it.

A quarantined record has an item beside its minute's (quarantine_notes.py), which a range of minutes finds with it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from shared.adapters.json_api import JsonApi
from shared.adapters.kinesis import Api
from shared.errors import TransientError
from shared.events.refusals import LIFE, Refused

_OK: Final = 200
_TARGET: Final = "DynamoDB_20120810."
CODE: Final = "code:"
BESIDE: Final = "#"
"""What follows it in a sort key names one of the minute's items."""
_BEHIND: Final = chr(ord(BESIDE) + 1)
"""After all items of a minute: the last may be asked for in part."""


class DynamoRefusalCounts:
    """`RefusalCounts`."""

    def __init__(self, api: Api, table: str) -> None:
        self._api = api
        self._table = table

    def add(self, tenant: str, refused: Refused) -> None:
        codes = dict(enumerate(sorted(refused.counts)))
        expires = str(int((refused.minute + LIFE).timestamp()))
        added = ", ".join(f"#code{place} :count{place}" for place in codes)
        self._call(
            "UpdateItem",
            {
                "TableName": self._table,
                "Key": {"pk": {"S": tenant}, "sk": {"S": written(refused.minute)}},
                "UpdateExpression": f"SET expires_at = :expires ADD {added}",
                "ExpressionAttributeNames": {f"#code{place}": CODE + code for place, code in codes.items()},
                "ExpressionAttributeValues": {
                    ":expires": {"N": expires},
                    **{f":count{place}": {"N": str(refused.counts[code])} for place, code in codes.items()},
                },
            },
        )

    def between(self, tenant: str, start: datetime, end: datetime) -> Iterator[Refused]:
        asked: dict[str, Any] = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :tenant AND sk BETWEEN :start AND :end",
            "ExpressionAttributeValues": {
                ":tenant": {"S": tenant},
                ":start": {"S": written(start)},
                ":end": {"S": written(end) + _BEHIND},
            },
        }
        while True:
            page = self._call("Query", asked)
            yield from (refused for refused in map(_refused, page["Items"]) if start <= refused.minute < end)
            if "LastEvaluatedKey" not in page:
                return
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _call(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        status, body = self._api.post(_TARGET + operation, msgspec.json.encode(asked))
        if status != _OK:
            raise TransientError(f"{operation}: {status}")
        answer: dict[str, Any] = msgspec.json.decode(body)
        return answer


def written(minute: datetime) -> str:
    return minute.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _refused(item: dict[str, Any]) -> Refused:
    counts = {name.removeprefix(CODE): int(value["N"]) for name, value in item.items() if name.startswith(CODE)}
    return Refused(datetime.fromisoformat(item["sk"]["S"].partition(BESIDE)[0]), counts)


def refusal_counts(table: str) -> DynamoRefusalCounts:
    """The table of that name in the account and region of the function."""
    return DynamoRefusalCounts(JsonApi.of("dynamodb", version="1.0"), table)
