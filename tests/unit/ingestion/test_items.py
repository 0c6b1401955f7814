"""Which item of a request an event came from, so that a client can be told what to send again."""

from functions.ingestion.foreign import admit_groups
from shared.errors import RejectedEventError
from shared.events.decoding import decode_events, event_of
from shared.events.event import Event
from tests.builders.events import NOON, as_body, event_json


def test_each_event_is_an_item_but_for_those_rejected() -> None:
    decoded = decode_events(as_body(event_json(), {}, event_json(), {}, event_json()), ndjson=False, received_at=NOON)

    assert list(decoded.items()) == [0, 2, 4]


def test_several_events_may_be_of_one_item() -> None:
    bad = RejectedEventError("invalid_event", "no")
    groups: list[list[Event | RejectedEventError]] = [
        [event_of(event_json()), event_of(event_json())],
        [],
        [bad, event_of(event_json())],
        [bad],
    ]

    decoded = admit_groups(groups, NOON)

    assert list(decoded.items()) == [0, 0, 2]
    assert [rejection.index for rejection in decoded.rejections] == [2, 3]
