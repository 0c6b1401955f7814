"""Rollups in DynamoDB: an item per group and window, together by period, in the order of values and time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

from shared.adapters.dynamodb import put_on_condition, query_all
from shared.windows.rollups import Rollup, RollupRange, Values, expires_at, period_of, periods_in
from shared.windows.table import SummaryTable
from shared.windows.window import KEY_FORMAT, Window

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SideBySide = Callable[..., Iterable[Any]]
"""An executor's map."""
LONGEST_VALUES_BYTES = 900
_NEWER = "attribute_not_exists(pk) OR (attribute_not_exists(folded) AND version < :version)"
_NOT_YET_FOLDED = "attribute_not_exists(folded)"


class DynamoRollupStore:
    """`RollupStore` on the table rollups; `side_by_side` is an executor's map, as a window has many rows."""

    def __init__(
        self,
        client: "DynamoDBClient",
        table: str,
        side_by_side: SideBySide = map,
    ) -> None:
        self._client = client
        self._table = table
        self._side_by_side = side_by_side

    def put(self, rollups: Sequence[Rollup]) -> None:
        for _ in self._side_by_side(self._put_one, rollups):
            pass

    def read(self, wanted: RollupRange, *, after: tuple[Values, Window] | None = None) -> Iterator[Rollup]:
        resume_in = period_of(after[1]) if after else None
        for period in periods_in(wanted):
            if resume_in is None or period >= resume_in:
                yield from self._read_period(wanted, period, after if period == resume_in else None)

    def _put_one(self, rollup: Rollup) -> bool:
        if rollup.folded:
            return self._put_on(_NOT_YET_FOLDED, rollup)
        return self._put_on(_NEWER, rollup, ExpressionAttributeValues={":version": {"N": str(rollup.version)}})

    def _put_on(self, condition: str, rollup: Rollup, **values: Any) -> bool:
        return put_on_condition(
            self._client, TableName=self._table, Item=_item(rollup), ConditionExpression=condition, **values
        )

    def _read_period(
        self, wanted: RollupRange, period: datetime, after: tuple[Values, Window] | None
    ) -> Iterator[Rollup]:
        for item in self._items(wanted, period, after):
            if "folded" not in item:
                rollup = _rollup(wanted, item)
                if wanted.start <= rollup.window.start < wanted.end and (after is None or _place(rollup) != after):
                    yield rollup

    def _items(
        self, wanted: RollupRange, period: datetime, after: tuple[Values, Window] | None
    ) -> Iterator[dict[str, Any]]:
        return query_all(self._client, TableName=self._table, **conditions(wanted, period, after))


def conditions(wanted: RollupRange, period: datetime, after: tuple[Values, Window] | None = None) -> dict[str, Any]:
    """Those of a query for the items of a range in one period."""
    low, high = _bounds(wanted, after)
    return {
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :low AND :high",
        "ExpressionAttributeValues": {
            ":pk": {"S": _partition_key(wanted.tenant, wanted.resolution.value, wanted.grouping, period)},
            ":low": {"S": low},
            ":high": {"S": high},
        },
    }


def _place(rollup: Rollup) -> tuple[Values, Window]:
    return rollup.values, rollup.window


def _bounds(wanted: RollupRange, after: tuple[Values, Window] | None) -> tuple[str, str]:
    """The least and greatest sort key of a range in one period; `~` comes after every values text and every time."""
    if wanted.values is None:
        low, high = "", "~"
    else:
        low, high = _sort_key(wanted.values, wanted.start), _sort_key(wanted.values, wanted.end)
    return (_sort_key(after[0], after[1].start) if after else low or " ", high)


def _partition_key(tenant: str, resolution: str, grouping: str, period: datetime) -> str:
    return f"{tenant}#{resolution}#{grouping}#{period.strftime(KEY_FORMAT)}"


def values_text(values: Values) -> str:
    """The values of a group in a sort key; those too long for one (1,024 bytes) by their hash, after all others."""
    text = msgspec.json.encode(values)
    return text.decode() if len(text) <= LONGEST_VALUES_BYTES else f"{{{blake2b(text, digest_size=16).hexdigest()}"


def _sort_key(values: Values, start: datetime) -> str:
    return f"{values_text(values)}#{start.strftime(KEY_FORMAT)}"


def _item(rollup: Rollup) -> dict[str, Any]:
    tenant, grouping = rollup.key[:2]
    window = rollup.window
    item: dict[str, Any] = {
        "pk": {"S": _partition_key(str(tenant), window.resolution.value, str(grouping), period_of(window))},
        "sk": {"S": _sort_key(rollup.values, window.start)},
        "values": {"B": msgspec.json.encode(rollup.values)},
        "version": {"N": str(rollup.version)},
        "expires_at": {"N": str(int(expires_at(window).timestamp()))},
    }
    return item | ({"folded": {"BOOL": True}} if rollup.folded else {"table": {"B": rollup.table.encode()}})


def _rollup(wanted: RollupRange, item: dict[str, Any]) -> Rollup:
    return Rollup(
        key=(wanted.tenant, wanted.grouping, *msgspec.json.decode(item["values"]["B"])),
        window=Window.from_key(item["sk"]["S"].rpartition("#")[2], wanted.resolution),
        version=int(item["version"]["N"]),
        table=SummaryTable.decode(item["table"]["B"]),
    )
