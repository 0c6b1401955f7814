"""Who connects, what they subscribe to, and what they are told."""

from datetime import timedelta
from typing import Any

import pytest

from functions.live.incoming import Happened, happened, is_spoken
from functions.live.pushing import MOST_BYTES, encoded
from functions.live.values import MOST_SERIES, values_for
from shared.live.connection import WATCHED_FOR, Subscription, Topic
from shared.live.journal import Fact, News
from shared.live.stores import Reached
from shared.windows.groups import group_keys
from tests.builders.listening import ListeningHub
from tests.builders.rolling import LARGE, SMALL, minute
from tests.builders.tables import cell, table

NEWS = Happened(Fact(News.ANOMALY, "a1", 1, {"id": "a1", "measure": "errors"}), "acme")


@pytest.fixture
def listening() -> ListeningHub:
    """Connected, with a minute behind the cursor."""
    listening = ListeningHub()
    listening.hub.begin_at(minute(0))
    assert listening.connect() == 200
    return listening


def closed_minute(listening: ListeningHub, number: int) -> Any:
    listening.hub.fold(minute(number), (SMALL, {"requests": 1, "latency_ms": 2000}), (LARGE, {"requests": 1}))
    listening.hub.close(minute(number))
    return minute(number)


def test_a_subscriber_is_told_of_a_closed_window(listening: ListeningHub) -> None:
    [subscribed] = listening.say(action="subscribe", id="rate", measure="requests", group_by=["model"])

    listening.happen(closed_minute(listening, 0))

    [told] = listening.clients.received["c1"][1:]
    assert told["sequence"] == subscribed["sequence"] + 1
    assert (told["type"], told["window"], told["final"], told["version"]) == ("window", "2026-11-22T12:00:00Z", True, 2)
    assert [(series["dimensions"], series["sum"]) for series in told["series"]["rate"]] == [
        ({"model": "large"}, 1.0),
        ({"model": "small"}, 1.0),
    ]


def test_who_did_not_subscribe_learns_only_the_number(listening: ListeningHub) -> None:
    listening.happen(closed_minute(listening, 0))
    listening.desk.tell([NEWS])

    window, anomaly = listening.clients.received["c1"]
    assert window["series"] == {}
    assert anomaly == {"type": "anomaly", "sequence": window["sequence"] + 1}


@pytest.mark.parametrize(("topic", "news"), [("anomalies", News.ANOMALY), ("incidents", News.INCIDENT)])
def test_a_subscriber_is_told_of_what_goes_on(listening: ListeningHub, topic: str, news: News) -> None:
    listening.say(action="subscribe", id="x", topic=topic)

    listening.desk.tell([Happened(Fact(news, "i1", 1, {"id": "i1"}), "acme")])

    assert listening.clients.received["c1"][-1][str(news)] == {"id": "i1"}


def test_the_same_news_is_told_once(listening: ListeningHub) -> None:
    listening.desk.tell([NEWS, NEWS])
    listening.desk.tell([NEWS])

    assert [message["sequence"] for message in listening.clients.received["c1"]] == [2]


def test_nothing_is_told_of_another_tenant(listening: ListeningHub) -> None:
    listening.connect("c2", "globex")
    listening.say("c2", action="subscribe", id="x", topic="anomalies")
    listening.say("c2", action="subscribe", id="rate", measure="requests")

    listening.desk.tell([NEWS])
    listening.happen(closed_minute(listening, 0))

    told = listening.clients.received["c2"][2:]
    assert [(message["type"], message.get("series")) for message in told] == [("window", {"rate": []})]


def test_a_connection_needs_a_ticket_that_was_not_used(listening: ListeningHub) -> None:
    request = {
        "requestContext": {"connectionId": "c9", "eventType": "CONNECT"},
        "queryStringParameters": {"ticket": "secret"},
    }

    assert listening.conversation.hear(request) == 401
    assert listening.conversation.hear({**request, "queryStringParameters": None}) == 401
    assert listening.store.connection("c9") is None


def test_open_minutes_are_told_as_they_stand_every_few_seconds(listening: ListeningHub) -> None:
    listening.say(action="subscribe", id="rate", measure="requests", provisional=True)
    listening.hub.fold(minute(0), (SMALL, {"requests": 1}))

    listening.ticking.run()

    told = [message for message in listening.clients.received["c1"] if message["type"] == "provisional"]
    assert len({message["at"] for message in told}) == 11
    assert {message["final"] for message in told} == {False}
    assert "sequence" not in told[0]
    assert told[0]["series"]["rate"][0]["sum"] == 1.0


def test_state_is_not_read_for_who_does_not_watch_it(listening: ListeningHub) -> None:
    listening.say(action="subscribe", id="rate", measure="requests")
    listening.hub.state.minute = None  # type: ignore[method-assign, assignment] # it would not be called

    listening.ticking.run()

    assert [message["type"] for message in listening.clients.received["c1"]] == ["subscribed", "heartbeat"]


def test_a_tick_is_over_at_once_when_nobody_listens(listening: ListeningHub) -> None:
    listening.hang_up()
    before = listening.now

    assert not listening.ticking.run()
    assert listening.now == before


def test_who_is_gone_is_forgotten(listening: ListeningHub) -> None:
    listening.clients.reached["c1"] = Reached.GONE

    listening.desk.tell([NEWS])

    assert listening.store.connection("c1") is None


def test_a_slow_client_harms_none_and_is_let_go(listening: ListeningHub) -> None:
    listening.connect("c2")
    listening.clients.reached["c1"] = Reached.NO

    for version in range(1, 5):
        listening.desk.tell([Happened(Fact(News.ANOMALY, "a1", version), "acme")])

    assert len(listening.clients.received["c2"]) == 4
    assert listening.clients.closed == ["c1"]
    assert listening.store.connection("c1") is None


def test_what_was_missed_is_told_again_and_nothing_else(listening: ListeningHub) -> None:
    [subscribed] = listening.say(action="subscribe", id="rate", measure="requests")
    listening.hang_up()
    listening.happen(closed_minute(listening, 0))
    listening.connect("c2")
    listening.say("c2", action="subscribe", id="rate", measure="requests")

    missed = listening.say("c2", action="resume", after=subscribed["sequence"])

    assert [message["type"] for message in missed] == ["window", "resumed"]
    assert missed[0]["series"]["rate"][0]["sum"] == 2.0
    assert listening.say("c2", action="resume", after=missed[-1]["sequence"])[0]["type"] == "resumed"


def test_who_comes_back_after_nobody_listened_reads_anew(listening: ListeningHub) -> None:
    listening.hang_up()
    listening.sleep(2 * WATCHED_FOR.total_seconds())
    listening.desk.tell([NEWS])
    listening.connect("c2")

    missed = listening.say("c2", action="resume", after=1)

    assert [message["type"] for message in missed] == ["reload", "resumed"]


def test_what_is_too_old_to_be_told_again_is_read_anew(listening: ListeningHub) -> None:
    assert [message["type"] for message in listening.say(action="resume", after=77)] == ["reload"]
    listening.store.journals["acme"] = listening.store.journals["acme"][:]
    for version in range(600):
        listening.desk.tell([Happened(Fact(News.ANOMALY, "a1", version), "acme")])

    assert [message["type"] for message in listening.say(action="resume", after=1)] == ["reload"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"action": "sing"}, "invalid_message"),
        ({"action": "subscribe", "id": "x", "measure": "vibes"}, "invalid_message"),
        ({"action": "subscribe", "id": "x y", "measure": "requests"}, "invalid_message"),
        ({"action": "resume", "after": -1}, "invalid_message"),
        (
            {"action": "subscribe", "id": "x", "measure": "requests", "group_by": ["team", "provider"]},
            "unknown_grouping",
        ),
        ({"action": "ping", "x": "y" * 9000}, "too_large"),
    ],
)
def test_what_is_not_understood_is_answered_so(listening: ListeningHub, message: dict[str, Any], code: str) -> None:
    [answer] = listening.say(**message)

    assert (answer["type"], answer["code"]) == ("error", code)


def test_a_connection_has_only_so_many_subscriptions(listening: ListeningHub) -> None:
    answers = [listening.say(action="subscribe", id=f"s{place}", measure="requests")[0] for place in range(21)]
    again = listening.say(action="subscribe", id="s0", measure="errors")
    listening.say(action="unsubscribe", id="s1")

    assert [answer["type"] for answer in answers[-2:]] == ["subscribed", "error"]
    assert again[0]["type"] == "subscribed"
    assert listening.say(action="subscribe", id="s20", measure="requests")[0]["type"] == "subscribed"


def test_a_ping_tells_the_newest_number(listening: ListeningHub) -> None:
    [pong] = listening.say(action="ping")

    assert (pong["type"], pong["sequence"]) == ("pong", 1)


def test_too_long_a_message_comes_without_its_values() -> None:
    message = {"type": "window", "sequence": 5, "series": {"x": ["y" * MOST_BYTES]}}

    assert b'"too_long":true' in encoded(message)
    assert len(encoded(message)) < 100


def test_only_the_busiest_series_are_told() -> None:
    seen = table(*((cell(f"m{number:02d}"), {"requests": 1}) for number in range(60)))
    asked = [Subscription("x", Topic.MEASURE, "requests", "model")]

    told = values_for(asked, [seen.rekey(group_keys())], "acme", resolution="1m")

    assert len(told["x"]) == MOST_SERIES


def test_a_tick_and_a_word_are_told_apart() -> None:
    assert not is_spoken({"source": "aws.events"})
    assert is_spoken({"requestContext": {"connectionId": "c1"}})
    assert happened({"Records": [{"dynamodb": {"Keys": {}}}]}) == []
    assert timedelta(0) < WATCHED_FOR
