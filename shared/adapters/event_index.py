"""The event index in DynamoDB: blocks under tenant and day, by slot and batch; runs of names under tenant, day and prefix."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any

from shared.adapters.dynamodb import put_all, query_all, threads
from shared.incidents.event_blocks import (
    PREFIX_BITS,
    Block,
    Run,
    blocks_of,
    day_of,
    name_of_event,
    name_of_trace,
    packed,
    prefix_of,
    runs_of,
    slot_of,
    slots_in,
    time_of,
    unpacked,
)
from shared.incidents.event_index import LIFE, IndexedEvent, place_of

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAY = timedelta(days=1)
RECENT_DAYS = 2
"""Looked at before all others: what people look for was mostly just told."""
_INSTANT = timedelta(microseconds=1)
_BEFORE_ALL, _BEHIND_ALL = " ", "~"
_NEXT = "\0"


class DynamoEventIndex:
    """`EventIndex`; reads are eventually consistent."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, batch: str, events: Sequence[IndexedEvent]) -> None:
        put_all(self._client, self._table, items_of(batch, events))

    def replace(self, events: Sequence[IndexedEvent]) -> None:
        slots: dict[tuple[str, int], dict[str, IndexedEvent]] = {}
        for event in events:
            slots.setdefault((event.tenant, slot_of(event.at)), {})[place_of(event)] = event
        for (tenant, slot), new in slots.items():
            day = day_of(time_of(slot))
            put_all(self._client, self._table, list(self._replaced(self._blocks(tenant, day, _key(slot)), new)))

    def get(self, tenant: str, event_id: str, start: datetime, end: datetime) -> IndexedEvent | None:
        days = list(_days(start, end))
        for some in (days[:RECENT_DAYS], days[RECENT_DAYS:]):
            for event in self._named(tenant, name_of_event(event_id), some):
                if event.event_id == event_id and start <= event.at < end:
                    return event
        return None

    def of_trace(self, tenant: str, correlation_id: str, start: datetime, end: datetime) -> Sequence[IndexedEvent]:
        named = self._named(tenant, name_of_trace(correlation_id), _days(start, end))
        found = {
            place_of(event): event
            for event in named
            if event.correlation_id == correlation_id and start <= event.at < end
        }
        return [event for _, event in sorted(found.items())]

    def between(
        self, tenant: str, start: datetime, end: datetime, *, after: str | None = None, newest_first: bool = True
    ) -> Iterator[IndexedEvent]:
        low, high = _instant(start), _instant(end)
        if after is not None:
            low, high = (low, min(after, high)) if newest_first else (max(after + _NEXT, low), high)
        days = list(_days(_at(low), _at(high)))
        for day in days if newest_first else reversed(days):
            for events in self._slots(tenant, day, (_at(low), _at(high)), newest_first=newest_first):
                places = {place: event for event in events if low <= (place := place_of(event)) < high}
                yield from (places[place] for place in sorted(places, reverse=newest_first))

    def _slots(
        self, tenant: str, day: datetime, span: tuple[datetime, datetime], *, newest_first: bool
    ) -> Iterator[list[IndexedEvent]]:
        """All that is stored of each ten seconds of a day that the span touches."""
        low, high = slot_of(max(span[0], day)), slot_of(min(span[1], day + DAY - _INSTANT))
        blocks = self._blocks(tenant, day, _key(low), _key(high), newest_first=newest_first)
        for _, some in groupby(blocks, lambda item: item["sk"]["S"].partition("#")[0]):
            yield [event for item in some for event in _events(item)]

    def _blocks(
        self, tenant: str, day: datetime, low: str, high: str | None = None, *, newest_first: bool = False
    ) -> Iterator[dict[str, Any]]:
        """The items whose keys begin with `low`, or with what is between both."""
        return self._query(_day_key(tenant, day), f"{low}#", f"{high or low}#{_BEHIND_ALL}", newest_first=newest_first)

    def _replaced(self, items: Iterable[dict[str, Any]], new: dict[str, IndexedEvent]) -> Iterator[dict[str, Any]]:
        for item in items:
            events = _events(item)
            if any(place_of(event) in new for event in events):
                yield {**item, "events": {"B": packed([new.get(place_of(event), event) for event in events])}}

    def _named(self, tenant: str, name: bytes, days: Iterable[datetime]) -> Iterator[IndexedEvent]:
        """What the runs of these days lead to, and what shares a block with it."""
        keys = [(day, f"{_day_key(tenant, day)}#{prefix_of(name, bits)}") for day in days for bits in PREFIX_BITS]
        ways: Callable[[tuple[datetime, str]], list[tuple[datetime, str]]] = partial(self._ways, name)
        for found in threads()(ways, keys):
            for day, low in found:
                for item in self._query(_day_key(tenant, day), low, low + _BEHIND_ALL):
                    yield from _events(item)

    def _ways(self, name: bytes, key: tuple[datetime, str]) -> list[tuple[datetime, str]]:
        """Day and beginning of the keys of the blocks that hold the name."""
        day, pk = key
        return [
            (day, f"{_key(slot)}#{item['sk']['S']}#")
            for item in self._query(pk)
            for slot in slots_in(bytes(item["names"]["B"]), name)
        ]

    def _query(
        self, pk: str, low: str = _BEFORE_ALL, high: str = _BEHIND_ALL, *, newest_first: bool = False
    ) -> Iterator[dict[str, Any]]:
        return query_all(
            self._client,
            TableName=self._table,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={":pk": {"S": pk}, ":low": {"S": low}, ":high": {"S": high}},
            ScanIndexForward=not newest_first,
        )


def items_of(batch: str, events: Sequence[IndexedEvent]) -> list[dict[str, Any]]:
    """All that a batch puts: its blocks, and the runs that lead to them."""
    blocks = [_block_item(batch, block) for block in blocks_of(events)]
    return [*blocks, *(_run_item(batch, run) for run in runs_of(events))]


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _at(place: str) -> datetime:
    return datetime.fromisoformat(place.partition("#")[0])


def _days(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every day that [start, end] touches, the last first."""
    day = day_of(end)
    while day + DAY > start:
        yield day
        day -= DAY


def _day_key(tenant: str, day: datetime) -> str:
    return f"{tenant}#{day:%Y-%m-%d}"


def _key(slot: int) -> str:
    return f"{slot:010d}"


def _block_item(batch: str, block: Block) -> dict[str, Any]:
    at = time_of(block.slot)
    return {
        "pk": {"S": _day_key(block.tenant, day_of(at))},
        "sk": {"S": f"{_key(block.slot)}#{batch}#{block.part:04d}"},
        "events": {"B": block.data},
        "expires_at": _expiry(at),
    }


def _run_item(batch: str, run: Run) -> dict[str, Any]:
    return {
        "pk": {"S": f"{_day_key(run.tenant, run.day)}#{run.prefix}"},
        "sk": {"S": batch},
        "names": {"B": run.data},
        "expires_at": _expiry(run.day + DAY),
    }


def _expiry(at: datetime) -> dict[str, str]:
    return {"N": str(int((at + LIFE).timestamp()))}


def _events(item: dict[str, Any]) -> list[IndexedEvent]:
    return unpacked(bytes(item["events"]["B"]))
