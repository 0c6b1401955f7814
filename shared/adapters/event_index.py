"""The event index in DynamoDB: pk is tenant and event id; index `by_trace` (trace, place), index `by_day` (day, place)."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from backports import zstd

from shared.adapters.dynamodb import failures_are_transient, put_all, query_all
from shared.incidents.event_index import LIFE, EventPage, IndexedEvent

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DAY = timedelta(days=1)
_ZSTD = b"\x28\xb5\x2f\xfd"
_TEXTS = ("event_type", "source_module", "severity", "correlation_id", "parent_event_id")


class DynamoEventIndex:
    """`EventIndex`; reads of traces and times are eventually consistent, as all reads of an index are."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def put(self, events: Sequence[IndexedEvent]) -> None:
        """One of a kind: a batch write refuses the same key twice."""
        items = {(event.tenant, event.event_id): _item(event) for event in events}
        put_all(self._client, self._table, list(items.values()))

    def get(self, tenant: str, event_id: str) -> IndexedEvent | None:
        with failures_are_transient("get"):
            answer = self._client.get_item(
                TableName=self._table, Key={"pk": {"S": f"{tenant}#{event_id}"}, "sk": {"S": "event"}}
            )
        return _event(answer["Item"]) if "Item" in answer else None

    def of_trace(self, tenant: str, correlation_id: str) -> Sequence[IndexedEvent]:
        items = query_all(
            self._client,
            TableName=self._table,
            IndexName="by_trace",
            KeyConditionExpression="trace = :trace",
            ExpressionAttributeValues={":trace": {"S": f"{tenant}#{correlation_id}"}},
        )
        return list(map(_event, items))

    def between(  # noqa: PLR0913 (a page of a span)
        self,
        tenant: str,
        start: datetime,
        end: datetime,
        *,
        limit: int,
        after: str | None = None,
        newest_first: bool = True,
    ) -> EventPage:
        low, high = _instant(start), _instant(end)
        low, high = (low, after or high) if newest_first else (after or low, high)
        found: list[IndexedEvent] = []
        days = list(_days(_at(low), _at(high)))
        for day in days if newest_first else reversed(days):
            for item in self._of_day(tenant, day, (low, high), after, newest_first=newest_first):
                if len(found) == limit:
                    return EventPage(found, _place(found[-1]))
                found.append(_event(item))
        return EventPage(found, None)

    def _of_day(
        self, tenant: str, day: datetime, span: tuple[str, str], after: str | None, *, newest_first: bool
    ) -> Iterator[dict[str, Any]]:
        low, high = span
        items = query_all(
            self._client,
            TableName=self._table,
            IndexName="by_day",
            KeyConditionExpression="#day = :day AND place BETWEEN :low AND :high",
            ExpressionAttributeNames={"#day": "day"},
            ExpressionAttributeValues={
                ":day": {"S": _day_key(tenant, day)},
                ":low": {"S": low},
                ":high": {"S": high},
            },
            ScanIndexForward=not newest_first,
        )
        return (item for item in items if item["place"]["S"] not in {high, after})


def _at(place: str) -> datetime:
    return datetime.fromisoformat(place.partition("#")[0])


def _days(start: datetime, end: datetime) -> Iterator[datetime]:
    """Every day that [start, end] touches, the last first."""
    day = end.replace(hour=0, minute=0, second=0, microsecond=0)
    while day + DAY > start:
        yield day
        day -= DAY


def _day_key(tenant: str, at: datetime) -> str:
    return f"{tenant}#{at:%Y-%m-%d}"


def _place(event: IndexedEvent) -> str:
    return f"{_instant(event.at)}#{event.event_id}"


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _item(event: IndexedEvent) -> dict[str, Any]:
    texts = {name: {"S": value} for name in _TEXTS if (value := getattr(event, name)) is not None}
    trace = {"trace": {"S": f"{event.tenant}#{event.correlation_id}"}} if event.correlation_id else {}
    return {
        "pk": {"S": f"{event.tenant}#{event.event_id}"},
        "sk": {"S": "event"},
        "tenant": {"S": event.tenant},
        "event_id": {"S": event.event_id},
        "day": {"S": _day_key(event.tenant, event.at)},
        "place": {"S": _place(event)},
        "body": {"B": zstd.compress(event.body)},
        "expires_at": {"N": str(int((event.at + LIFE).timestamp()))},
        **texts,
        **trace,
    }


def _inflated(body: bytes) -> bytes:
    """Those of an earlier release are stored as they are."""
    return zstd.decompress(body) if body.startswith(_ZSTD) else body


def _event(item: dict[str, Any]) -> IndexedEvent:
    texts: dict[str, Any] = {name: item[name]["S"] if name in item else None for name in _TEXTS}
    return IndexedEvent(
        tenant=item["tenant"]["S"],
        event_id=item["event_id"]["S"],
        at=_at(item["place"]["S"]),
        body=_inflated(bytes(item["body"]["B"])),
        **texts,
    )
