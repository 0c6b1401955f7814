"""What is read of a span, whichever way it was written: ids in hex, instants, and the facts that its attributes tell."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from msgspec import Struct

from functions.ingestion.dialects.attributes import Known
from functions.ingestion.dialects.kinds import kind_named
from functions.ingestion.dialects.values import WORTH
from shared.errors import RejectedEventError

MOST_ATTRIBUTES: Final = 1_024
"""Of a span, data point or log record: eight times what the SDKs keep; more is a fault of the client's."""
EXCEPTION: Final = "exception"
"""The name of the span event that tells of one."""

Fact = tuple[str, int, Any]
"""What an attribute tells, how many others tell it better, and what its value is worth; never None."""
Facts = Mapping[str, Any]
"""Values by the names of functions/ingestion/dialects/attributes.py."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What a service says of itself."""

    service: str | None = None
    team: str | None = None
    environment: str | None = None
    tags: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Facts) -> "Resource":
        service = facts.get("service")
        return cls(service, facts.get("team"), facts.get("environment"), {"service": service} if service else {})


class Span(Struct, gc=False):
    """As it came, unchecked."""

    trace_id: str
    span_id: str
    parent_id: str
    name: str
    start_ns: int
    end_ns: int
    is_failed: bool
    attributes: int
    facts: Facts
    resource: Resource
    scope: str = ""
    """The name of the instrumentation."""


def check_attributes(count: int) -> None:
    if count > MOST_ATTRIBUTES:
        raise RejectedEventError("too_many_attributes", f"Expected at most {MOST_ATTRIBUTES} attributes")


def fact_of(known: Known, value: object) -> Fact | None:
    """None if the value is worth nothing."""
    worth = WORTH[known.fact](value)
    if known.fact == "kind" and worth is not None:
        worth = kind_named(worth, known.rank)
    return None if worth is None else (known.fact, known.rank, worth)


def facts_of(attributes: Iterable[tuple[str, Any]], known: Mapping[str, Known]) -> dict[str, Any]:
    """Of several attributes that tell the same, the best one's."""
    facts: dict[str, Any] = {}
    ranks: dict[str, int] = {}
    for key, value in attributes:
        found = known.get(key)
        fact = None if found is None else fact_of(found, value)
        if fact is not None and fact[1] < ranks.get(fact[0], len(known)):
            ranks[fact[0]], facts[fact[0]] = fact[1:]
    return facts
