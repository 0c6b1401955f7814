"""One suite for the store of live: the one in memory and the one in DynamoDB (moto)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from moto.apigatewaymanagementapi.models import apigatewaymanagementapi_backends

from shared.adapters.live import DynamoLiveStore
from shared.adapters.websockets import GatewayClients, websocket_client
from shared.live.connection import WATCHED_FOR, Connection, Subscription, Ticket, Topic
from shared.live.journal import Fact, News
from shared.live.stores import LiveStore, Reached
from tests.builders.aws import create_table
from tests.fakes.live_store import InMemoryLiveStore

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
COST = Subscription("cost", Topic.MEASURE, "computed_cost_usd", "model", provisional=True)
ANOMALIES = Subscription("bad", Topic.ANOMALIES)
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _aws(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)


@pytest.fixture(params=["memory", "dynamodb"])
def store(request: pytest.FixtureRequest) -> Iterator[LiveStore]:
    if request.param == "memory":
        yield InMemoryLiveStore()
        return
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "live")
        yield DynamoLiveStore(client, "live")


def connected(store: LiveStore, connection_id: str = "c1", tenant: str = "acme") -> Connection:
    connection = Connection(connection_id, tenant, "key_1")
    store.connect(connection, NOON)
    return connection


def window(minute: int, version: int = 1) -> Fact:
    return Fact(News.WINDOW, f"1m#12:{minute:02d}", version, {"late": 0})


def test_a_ticket_opens_once(store: LiveStore) -> None:
    ticket = Ticket("digest", "acme", "key_1", NOON + SECOND)
    store.issue(ticket)

    assert store.redeem("digest", NOON) == ticket
    assert store.redeem("digest", NOON) is None


def test_a_ticket_ends(store: LiveStore) -> None:
    store.issue(Ticket("digest", "acme", "key_1", NOON))

    assert store.redeem("digest", NOON) is None
    assert store.redeem("other", NOON) is None


def test_connections_are_listed_with_what_they_want(store: LiveStore) -> None:
    first, second = connected(store, "c1"), connected(store, "c2")
    connected(store, "c3", "globex")
    store.subscribe(first, COST, NOON)
    store.subscribe(first, ANOMALIES, NOON)
    store.subscribe(second, COST, NOON)
    store.unsubscribe(second, "cost")

    listed = store.connections("acme")

    assert [each.id for each in listed] == ["c1", "c2"]
    assert set(listed[0].subscriptions) == {COST, ANOMALIES}
    assert listed[1].subscriptions == ()
    assert store.connection("c3") == Connection("c3", "globex", "key_1")


def test_who_disconnects_is_forgotten_with_all_it_wanted(store: LiveStore) -> None:
    gone, kept = connected(store, "c1"), connected(store, "c11")
    for each in (gone, kept):
        store.subscribe(each, COST, NOON)

    store.disconnect(gone)
    store.disconnect(gone)

    assert [each.id for each in store.connections("acme")] == ["c11"]
    assert store.connections("acme")[0].subscriptions == (COST,)
    assert store.connection("c1") is None


def test_failures_are_counted_of_who_is_there(store: LiveStore) -> None:
    connection = connected(store)
    store.failed(connection)
    store.failed(connection)
    store.failed(Connection("c9", "acme", "key_1"))

    assert [(each.id, each.failures) for each in store.connections("acme")] == [("c1", 2)]


def test_a_tenant_is_watched_for_a_while_after_the_last_sign(store: LiveStore) -> None:
    assert not store.watch("acme", NOON)
    assert store.watch("acme", NOON + SECOND)
    assert store.watched(NOON + WATCHED_FOR) == ["acme"]
    assert store.watched(NOON + SECOND + WATCHED_FOR) == []
    assert not store.watch("acme", NOON + SECOND + WATCHED_FOR)


def test_the_journal_has_no_gaps_and_no_doubles(store: LiveStore) -> None:
    store.watch("acme", NOON)
    entries = [store.append("acme", window(minute), NOON) for minute in (1, 2, 1, 3, 3)]
    revised = store.append("acme", window(1, version=2), NOON)

    assert [entry and entry.sequence for entry in entries] == [1, 2, None, 3, None]
    assert revised
    assert revised.sequence == store.head("acme") == 4
    assert [entry.fact for entry in store.since("acme", 1, 2)] == [window(2), window(3)]
    assert store.since("acme", 4, 10) == []


def test_numbers_go_on_after_nobody_listened(store: LiveStore) -> None:
    store.watch("acme", NOON)
    store.append("acme", window(1), NOON)
    store.watch("acme", NOON + 2 * WATCHED_FOR)

    assert store.head("acme") == 1
    assert store.head("globex") == 0


def test_a_message_reaches_the_gateway() -> None:
    with mock_aws():
        client = websocket_client("https://api.execute-api.eu-west-1.amazonaws.com/hub")
        clients = GatewayClients(client)

        assert clients.send("c1", b'{"type":"pong"}') is Reached.YES
        clients.close("c2")

        backend = apigatewaymanagementapi_backends["123456789012"]["eu-west-1"]
        assert backend.connections["c1"].data == b'{"type":"pong"}'


@pytest.mark.parametrize(
    ("code", "reached"), [("GoneException", Reached.GONE), ("LimitExceededException", Reached.NO), ("X", Reached.NO)]
)
def test_who_cannot_be_reached_is_told_apart_from_who_is_gone(code: str, reached: Reached) -> None:
    client = websocket_client("https://api.execute-api.eu-west-1.amazonaws.com/hub")
    with Stubber(client) as stub:
        stub.add_client_error("post_to_connection", code, http_status_code=410)

        assert GatewayClients(client).send("c1", b"{}") is reached
