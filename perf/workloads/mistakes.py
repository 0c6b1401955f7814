"""Items that a producer gets wrong: each is made from a valid event by one mistake, and each must be refused alone."""

import copy
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

Json = dict[str, Any]
Mistake = Callable[[Json], None]


def mistakes(seed: int, events: Sequence[Json], count: int) -> list[Json]:
    """`count` invalid items with ids of their own, every kind of mistake in turn."""
    random = Random(seed)
    return [_mistaken(random, random.choice(events), _MISTAKES[number % len(_MISTAKES)]) for number in range(count)]


def _mistaken(random: Random, event: Json, make: Mistake) -> Json:
    item = copy.deepcopy(event)
    item["event_id"] = f"{random.getrandbits(128):032x}"
    make(item)
    return item


def _number_as_text(item: Json) -> None:
    item["payload"]["data"] = {"telemetry_type": "token_usage", "model_id": "any", "prompt_tokens": "12"}
    item["payload"]["payload_type"] = "telemetry"


def _unknown_enum(item: Json) -> None:
    item["severity"] = "catastrophic"


def _unknown_version(item: Json) -> None:
    item["schema_version"] = "9.0.0"


def _in_the_future(item: Json) -> None:
    item["timestamp"] = "2999-01-01T00:00:00Z"


def _too_old(item: Json) -> None:
    item["timestamp"] = "2001-01-01T00:00:00Z"


def _no_payload(item: Json) -> None:
    del item["payload"]


_MISTAKES: tuple[Mistake, ...] = (
    _number_as_text,
    _unknown_enum,
    _unknown_version,
    _in_the_future,
    _too_old,
    _no_payload,
)
