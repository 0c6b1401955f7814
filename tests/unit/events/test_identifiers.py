"""Event ids: one canonical spelling, and an id for the event that came without."""

import pytest

from shared.events.decoding import decode_events
from tests.builders.events import NOON, as_body, event, event_json

CANONICAL = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"


@pytest.mark.parametrize(
    "sent",
    [
        CANONICAL,
        CANONICAL.upper(),
        CANONICAL.replace("-", ""),
        f"urn:uuid:{CANONICAL}",
        f"URN:UUID:{CANONICAL.upper()}",
    ],
)
def test_every_spelling_of_an_id_becomes_the_canonical_one(sent: str) -> None:
    read = event(event_id=sent, correlation_id=sent, parent_event_id=sent)

    assert [read.event_id, read.correlation_id, read.parent_event_id] == [CANONICAL] * 3


@pytest.mark.parametrize("field", ["event_id", "correlation_id", "parent_event_id"])
@pytest.mark.parametrize(
    "sent", [CANONICAL.replace("6", "g"), CANONICAL.replace("-", "_"), f"{CANONICAL[:-1]}-", "1" * 36]
)
def test_what_is_no_uuid_is_refused_by_its_field(field: str, sent: str) -> None:
    decoded = decode_events(as_body(event_json(**{field: sent})), ndjson=False, received_at=NOON)

    assert [(found.code, f"`$.{field}`" in found.message) for found in decoded.rejections] == [("invalid_id", True)]


def test_an_event_without_an_id_is_the_same_event_when_it_is_sent_again() -> None:
    item = event_json()
    del item["event_id"]

    first = decode_events(as_body(item), ndjson=False, received_at=NOON).events
    again = decode_events(as_body(event_json(), item), ndjson=False, received_at=NOON).events

    assert first[0].event_id == again[1].event_id
    assert len(first[0].event_id) == 36


def test_other_content_without_an_id_is_another_event() -> None:
    first, second = event_json(severity="info"), event_json(severity="debug")
    del first["event_id"], second["event_id"]

    events = decode_events(as_body(first, second), ndjson=False, received_at=NOON).events

    assert len({read.event_id for read in events}) == 2
