"""Which events of the index somebody asked for; several names of a filter are alternatives, filters all must hold."""

from typing import Any

import msgspec

from functions.query.incident_parameters import EventParameters
from shared.incidents.event_index import IndexedEvent


def is_wanted(event: IndexedEvent, asked: EventParameters) -> bool:
    """The body is read only if a filter asks for what is in it."""
    return (
        (not asked.event_type or event.event_type in asked.event_type)
        and (not asked.severity or event.severity in asked.severity)
        and (not asked.source_module or event.source_module in asked.source_module)
        and (asked.correlation_id is None or event.correlation_id == asked.correlation_id)
        and (asked.text is None or asked.text.casefold() in event.body.decode().casefold())
        and _has_names(event, asked)
    )


def _has_names(event: IndexedEvent, asked: EventParameters) -> bool:
    wanted = {
        "model_id": asked.model,
        "provider": asked.provider,
        "team": asked.team,
        "user_id": asked.user_id,
        "environment": asked.environment,
    }
    wanted = {name: values for name, values in wanted.items() if values}
    if not wanted:
        return True
    told = _told(msgspec.json.decode(event.body))
    return all(told.get(name) in values for name, values in wanted.items())


def _told(body: dict[str, Any]) -> dict[str, Any]:
    """What the payload says goes before tags of the same name."""
    data = body["payload"].get("data")
    return {**body.get("tags", {}), **body, **(data if isinstance(data, dict) else {})}
