"""Forecasts in DynamoDB: the newest of a series under its grouping and measure, each under its origin beside it."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all
from shared.adapters.rollups import values_text
from shared.forecasts.issued import Issued, Latest, Series
from shared.forecasts.past import READ_ANEW_AFTER, Group, Past
from shared.forecasts.stores import LIFE_OF_FORECASTS, LIFE_OF_THE_NEWEST
from shared.packs.compression import zstd
from shared.windows.rollups import Values
from shared.windows.window import KEY_FORMAT

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_NOT_OLDER = "attribute_not_exists(pk) OR origin <= :origin"


class DynamoForecastStore:
    """`ForecastStore`: pk = newest#<tenant>#<grouping>#<measure>, or past#...#<origin>; sk = <values>."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def newest(self, series: Series) -> Latest | None:
        item = self._get(_newest_key(series))
        return _decoded(item, Latest) if item else None

    def put(self, latest: Latest) -> None:
        issued = latest.issued
        put_on_condition(
            self._client,
            TableName=self._table,
            Item={
                **_newest_key(issued.series),
                "origin": {"S": issued.origin.strftime(KEY_FORMAT)},
                **_content(latest, issued.origin + LIFE_OF_THE_NEWEST),
            },
            ConditionExpression=_NOT_OLDER,
            ExpressionAttributeValues={":origin": {"S": issued.origin.strftime(KEY_FORMAT)}},
        )
        self.keep_score(issued)

    def issued(self, series: Series, origin: datetime) -> Issued | None:
        item = self._get(_past_key(series, origin))
        return _decoded(item, Issued) if item else None

    def keep_score(self, issued: Issued) -> None:
        item = {**_past_key(issued.series, issued.origin), **_content(issued, issued.origin + LIFE_OF_FORECASTS)}
        with failures_are_transient("put"):
            self._client.put_item(TableName=self._table, Item=item)

    def past(self, group: Group) -> Past | None:
        item = self._get(_group_key(group))
        if item is None:
            return None
        past: Past = msgspec.msgpack.decode(zstd.decompress(item["content"]["B"]), type=Past)
        return past

    def keep_past(self, past: Past) -> None:
        """Some 60 KB for 90 days of seven measures."""
        content = {"B": zstd.compress(msgspec.msgpack.encode(past))}
        expiry = {"N": str(int((past.read_at + READ_ANEW_AFTER).timestamp()))}
        with failures_are_transient("put"):
            self._client.put_item(
                TableName=self._table, Item={**_group_key(past.group), "content": content, "expires_at": expiry}
            )

    def find(self, tenant: str, grouping: str, measure: str, *, after: Values | None = None) -> Iterator[Latest]:
        items = query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk > :after",
            ExpressionAttributeValues={
                ":pk": {"S": f"newest#{tenant}#{grouping}#{measure}"},
                ":after": {"S": " " if after is None else values_text(after)},
            },
        )
        return (_decoded(item, Latest) for item in items)

    def _get(self, key: dict[str, Any]) -> dict[str, Any] | None:
        with failures_are_transient("get"):
            return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")


def _newest_key(series: Series) -> dict[str, Any]:
    return {
        "pk": {"S": f"newest#{series.tenant}#{series.grouping}#{series.measure}"},
        "sk": {"S": values_text(series.values)},
    }


def _group_key(group: Group) -> dict[str, Any]:
    return {"pk": {"S": f"hours#{group.tenant}#{group.grouping}"}, "sk": {"S": values_text(group.values)}}


def _past_key(series: Series, origin: datetime) -> dict[str, Any]:
    return {
        "pk": {"S": f"past#{series.tenant}#{series.grouping}#{series.measure}#{origin.strftime(KEY_FORMAT)}"},
        "sk": {"S": values_text(series.values)},
    }


def _content(kept: Latest | Issued, until: datetime) -> dict[str, Any]:
    return {
        "content": {"B": zstd.compress(msgspec.json.encode(kept))},
        "expires_at": {"N": str(int(until.timestamp()))},
    }


def _decoded(item: dict[str, Any], kind: type[Any]) -> Any:
    return msgspec.json.decode(zstd.decompress(item["content"]["B"]), type=kind)
