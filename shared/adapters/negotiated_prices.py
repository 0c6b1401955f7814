"""Negotiated prices in DynamoDB: pk = tenant, sk = "<provider>#<model>", price = JSON. Without the SDK, for ingestion reads
them on its way.
"""

from typing import Any, Final

import msgspec

from shared.adapters.json_api import JsonApi
from shared.adapters.kinesis import Api
from shared.errors import TransientError
from shared.measures.negotiated import NegotiatedPrice

_OK: Final = 200
_TARGET: Final = "DynamoDB_20120810."
_TRIES: Final = 3
_PRICE: Final = msgspec.json.Decoder(NegotiatedPrice)


class DynamoNegotiatedPriceStore:
    """Every call may be made again, so a lost connection is made good by another."""

    def __init__(self, api: Api, table: str) -> None:
        self._api = api
        self._table = table

    def of_tenant(self, tenant: str) -> list[NegotiatedPrice]:
        asked = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :tenant",
            "ExpressionAttributeValues": {":tenant": {"S": tenant}},
        }
        found: list[NegotiatedPrice] = []
        while True:
            page = self._call("Query", asked)
            found += [_PRICE.decode(item["price"]["S"]) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return found
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def put(self, tenant: str, price: NegotiatedPrice) -> None:
        item = _key(tenant, *price.key) | {"price": {"S": msgspec.json.encode(price).decode()}}
        self._call("PutItem", {"TableName": self._table, "Item": item})

    def delete(self, tenant: str, provider: str | None, model: str) -> None:
        self._call(
            "DeleteItem", {"TableName": self._table, "Key": _key(tenant, (provider or "").lower(), model.lower())}
        )

    def _call(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        trouble = ""
        for _ in range(_TRIES):
            try:
                status, body = self._api.post(_TARGET + operation, msgspec.json.encode(asked))
            except TransientError as error:
                trouble = str(error)
                continue
            if status == _OK:
                answer: dict[str, Any] = msgspec.json.decode(body)
                return answer
            trouble = f"{operation}: {status}"
        raise TransientError(trouble)


def _key(tenant: str, provider: str, model: str) -> dict[str, Any]:
    return {"pk": {"S": tenant}, "sk": {"S": f"{provider}#{model}"}}


def negotiated_prices(table: str) -> DynamoNegotiatedPriceStore:
    """The table of that name in the account and region of the function."""
    return DynamoNegotiatedPriceStore(JsonApi.of("dynamodb", version="1.0"), table)
