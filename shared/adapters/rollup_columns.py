"""Rollups out of DynamoDB as columns, thousands at a time: what a page of charts reads."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Any, Final

import msgspec

from shared.adapters.dynamodb_api import DynamoApi
from shared.adapters.rollups import SideBySide, conditions
from shared.windows.columns import Columns, EncodedRollup, columns_of
from shared.windows.rollups import RollupRange, periods_in
from shared.windows.window import Window, minutes_since_epoch


class _Text(msgspec.Struct, gc=False):
    S: str


class _Bytes(msgspec.Struct, gc=False):
    B: bytes


class _Item(msgspec.Struct, gc=False):
    sk: _Text
    values: _Bytes
    table: _Bytes | None = None
    """A tombstone has none."""


class _Page(msgspec.Struct):
    Items: list[_Item]
    LastEvaluatedKey: dict[str, Any] | None = None


_PAGES: Final = msgspec.json.Decoder(_Page)


class DynamoColumnStore:
    """`ColumnStore` on the table rollups; `side_by_side` is an executor's map, for the periods of a range."""

    def __init__(self, api: DynamoApi, table: str, side_by_side: SideBySide = map) -> None:
        self._api = api
        self._table = table
        self._side_by_side = side_by_side

    def columns(self, wanted: RollupRange, measures: Sequence[str], most: int) -> Columns:
        periods = self._side_by_side(lambda period: self._encoded(wanted, period, most), periods_in(wanted))
        return columns_of(chain.from_iterable(periods), measures, most)

    def _encoded(self, wanted: RollupRange, period: datetime, most: int) -> list[EncodedRollup]:
        first, end = minutes_since_epoch(wanted.start), minutes_since_epoch(wanted.end)
        found: list[EncodedRollup] = []
        for items in self._pages(wanted, period):
            stored = (EncodedRollup(each.values.B, _minute(each.sk.S), each.table.B) for each in items if each.table)
            found += [rollup for rollup in stored if first <= rollup.minute < end]
            if len(found) > most:
                break
        return found

    def _pages(self, wanted: RollupRange, period: datetime) -> Iterator[Iterable[_Item]]:
        request = {
            "TableName": self._table,
            "ProjectionExpression": "sk, #values, #table",
            "ExpressionAttributeNames": {"#values": "values", "#table": "table"},
            **conditions(wanted, period),
        }
        while True:
            page = self._api.query_as(_PAGES, **request)
            yield page.Items
            if not page.LastEvaluatedKey:
                return
            request["ExclusiveStartKey"] = page.LastEvaluatedKey


@lru_cache(maxsize=8192)
def _minute_of(key: str) -> int:
    return minutes_since_epoch(Window.from_key(key).start)


def _minute(sort_key: str) -> int:
    return _minute_of(sort_key.rpartition("#")[2])
