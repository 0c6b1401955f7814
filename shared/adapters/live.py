"""Tickets, connections and journals in one DynamoDB table.

pk `ticket`: sk is the digest. pk `connection`: sk is the id, for who speaks. pk `connections#<tenant>`: sk is the id, and
`<id>#<subscription>` for each subscription. pk `watched`: sk is the tenant, with the newest sequence number. pk
`journal#<tenant>`: sk is the sequence number. pk `told#<tenant>`: sk is what an entry is about.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from botocore.exceptions import ClientError

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all, update_on_condition
from shared.errors import TransientError
from shared.live.connection import CONNECTION_LIFE, JOURNAL_LIFE, WATCHED_FOR, Connection, Subscription, Ticket
from shared.live.journal import Entry, Fact

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

TRIES: Final = 20
_DIGITS: Final = 12
_TOLD: Final = 2
"""Its place in the transaction that appends."""
Item = dict[str, Any]


class DynamoLiveStore:
    """`LiveStore`."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def issue(self, ticket: Ticket) -> None:
        self._put(_key("ticket", ticket.digest), ticket, ticket.expires_at)

    def redeem(self, digest: str, now: datetime) -> Ticket | None:
        with failures_are_transient("redeem"):
            answer = self._client.delete_item(TableName=self._table, Key=_key("ticket", digest), ReturnValues="ALL_OLD")
        ticket = _read(answer["Attributes"], Ticket) if answer.get("Attributes") else None
        return ticket if ticket and now < ticket.expires_at else None

    def connect(self, connection: Connection, now: datetime) -> None:
        for key in (_key(_connections(connection.tenant), connection.id), _key("connection", connection.id)):
            self._put(key, connection, now + CONNECTION_LIFE)

    def connection(self, connection_id: str) -> Connection | None:
        item = self._get(_key("connection", connection_id))
        return _read(item, Connection) if item else None

    def disconnect(self, connection: Connection) -> None:
        """By the pointer last, so that a call that failed can be made again."""
        for item in self._query(_connections(connection.tenant), f"{connection.id}", f"{connection.id}#~"):
            self._delete({"pk": item["pk"], "sk": item["sk"]})
        self._delete(_key("connection", connection.id))

    def failed(self, connection: Connection) -> None:
        update_on_condition(
            self._client,
            TableName=self._table,
            Key=_key(_connections(connection.tenant), connection.id),
            UpdateExpression="ADD failures :one",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )

    def subscribe(self, connection: Connection, subscription: Subscription, now: datetime) -> None:
        key = _key(_connections(connection.tenant), f"{connection.id}#{subscription.id}")
        self._put(key, subscription, now + CONNECTION_LIFE)

    def unsubscribe(self, connection: Connection, subscription_id: str) -> None:
        self._delete(_key(_connections(connection.tenant), f"{connection.id}#{subscription_id}"))

    def connections(self, tenant: str) -> Sequence[Connection]:
        found: dict[str, Connection] = {}
        for item in self._query(_connections(tenant), " ", "~"):
            connection_id, _, subscribed = item["sk"]["S"].partition("#")
            if not subscribed:
                failures = int(item.get("failures", {"N": "0"})["N"])
                found[connection_id] = msgspec.structs.replace(_read(item, Connection), failures=failures)
            elif connection_id in found:
                known = found[connection_id]
                subscriptions = (*known.subscriptions, _read(item, Subscription))
                found[connection_id] = msgspec.structs.replace(known, subscriptions=subscriptions)
        return list(found.values())

    def watch(self, tenant: str, now: datetime) -> bool:
        before = self._get(_key("watched", tenant))
        update_on_condition(
            self._client,
            TableName=self._table,
            Key=_key("watched", tenant),
            UpdateExpression="SET watched_until = :until ADD latest :none",
            ExpressionAttributeValues={":until": _n(_seconds(now + WATCHED_FOR)), ":none": _n(0)},
        )
        return before is not None and int(before["watched_until"]["N"]) > _seconds(now)

    def watched(self, now: datetime) -> Sequence[str]:
        items = self._query("watched", " ", "~")
        return [item["sk"]["S"] for item in items if int(item["watched_until"]["N"]) > _seconds(now)]

    def head(self, tenant: str) -> int:
        item = self._get(_key("watched", tenant))
        return int(item["latest"]["N"]) if item else 0

    def append(self, tenant: str, fact: Fact, now: datetime) -> Entry | None:
        for _ in range(TRIES):
            entry = Entry(self.head(tenant) + 1, fact)
            try:
                with failures_are_transient("append"):
                    self._append(tenant, entry, now + JOURNAL_LIFE)
            except TransientError as error:
                cause = error.__cause__
                if not isinstance(cause, ClientError) or "CancellationReasons" not in cause.response:
                    raise
                if _reasons(cause)[_TOLD] == "ConditionalCheckFailed":
                    return None
            else:
                return entry
        raise TransientError("append: others were always first")

    def since(self, tenant: str, after: int, limit: int) -> Sequence[Entry]:
        items = self._query(f"journal#{tenant}", _place(after + 1), "~", Limit=limit)
        return [_read(item, Entry) for item, _ in zip(items, range(limit), strict=False)]

    def _append(self, tenant: str, entry: Entry, expires_at: datetime) -> None:
        newest: Any = {
            "TableName": self._table,
            "Key": _key("watched", tenant),
            "UpdateExpression": "SET latest = :next",
            "ConditionExpression": "latest = :before",
            "ExpressionAttributeValues": {":next": _n(entry.sequence), ":before": _n(entry.sequence - 1)},
        }
        journal = _item(_key(f"journal#{tenant}", _place(entry.sequence)), entry, expires_at)
        told = _item(_key(f"told#{tenant}", entry.fact.identity), None, expires_at)
        self._client.transact_write_items(
            TransactItems=[{"Update": newest}, {"Put": self._new(journal)}, {"Put": self._new(told)}]
        )

    def _new(self, item: Item) -> Any:
        return {"TableName": self._table, "Item": item, "ConditionExpression": "attribute_not_exists(pk)"}

    def _put(self, key: Item, value: Any, expires_at: datetime) -> None:
        put_on_condition(self._client, TableName=self._table, Item=_item(key, value, expires_at))

    def _get(self, key: Item) -> Item | None:
        with failures_are_transient("get"):
            return self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True).get("Item")

    def _delete(self, key: Item) -> None:
        with failures_are_transient("delete"):
            self._client.delete_item(TableName=self._table, Key=key)

    def _query(self, partition: str, low: str, high: str, **more: Any) -> Iterator[Item]:
        return query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk AND sk BETWEEN :low AND :high",
            ExpressionAttributeValues={":pk": {"S": partition}, ":low": {"S": low}, ":high": {"S": high}},
            **more,
        )


def _connections(tenant: str) -> str:
    return f"connections#{tenant}"


def _key(partition: str, place: str) -> Item:
    return {"pk": {"S": partition}, "sk": {"S": place}}


def _place(sequence: int) -> str:
    return f"{sequence:0{_DIGITS}d}"


def _n(number: int) -> dict[str, str]:
    return {"N": str(number)}


def _seconds(at: datetime) -> int:
    return int(at.timestamp())


def _item(key: Item, value: Any, expires_at: datetime) -> Item:
    """A day is added, since what has ended must still be known to have been."""
    expiry = _n(_seconds(expires_at + timedelta(days=1)))
    return {**key, "value": {"S": msgspec.json.encode(value).decode()}, "expires_at": expiry}


def _read(item: Item, kind: type[Any]) -> Any:
    return msgspec.json.decode(item["value"]["S"], type=kind)


def _reasons(error: ClientError) -> list[str]:
    reasons: Any = error.response.get("CancellationReasons", [])
    return [str(reason.get("Code")) for reason in reasons]
