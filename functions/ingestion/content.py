"""Prompts and answers, which stay behind at the door unless the deployment keeps them: then each call has a custom event
`llm.content` beside it, in the same trace, for the archive alone.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from functions.ingestion.foreign import event_id_of
from shared.errors import RejectedEventError
from shared.events.admission import MAX_JSON_BYTES
from shared.events.decoding import event_of
from shared.events.event import Event

CONTENT_TYPE: Final = "llm.content"
TOO_LONG: Final = "longer than 64 KB, not kept"


def content_event(
    content: Mapping[str, Any], envelope: Mapping[str, Any], *identity: str
) -> list[Event | RejectedEventError]:
    """None where there is no content; `identity` is that of the call, whose event is the parent."""
    told = {name: value for name, value in content.items() if value is not None}
    if not told:
        return []
    fits = len(msgspec.json.encode(told)) <= MAX_JSON_BYTES
    event = {
        **envelope,
        "event_type": "telemetry",
        "severity": "info",
        "event_id": event_id_of("content", *identity),
        "parent_event_id": event_id_of(*identity),
        "payload": {
            "payload_type": "custom",
            "custom_type": CONTENT_TYPE,
            "data": told if fits else dict.fromkeys(told, TOO_LONG),
        },
    }
    return [event_of(event)]
