"""A data subject: what of an event, a signal or an incident is about them, and the same without them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

ERASED: Final = "erased"
PERSONAL: Final = frozenset(("ip_address", "source_ip", "user_agent", "session_id"))
"""What would tell who it was, in an event that is about them."""
INDICATORS: Final = ("user:", "ioc:")
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """Found by the id that producers report; an event stays, and stays counted, when its subject is erased from it.

    >>> ann = Subject("acme", "ann")
    >>> event = {"payload": {"data": {"user_id": "ann", "session_id": "s1", "note": "ann called Annie", "tokens": 5}}}
    >>> ann.is_in_event(event), ann.erased_from(event)["payload"]["data"]
    (True, {'user_id': 'erased', 'session_id': None, 'note': 'erased called Annie', 'tokens': 5})
    """

    tenant: str
    user_id: str

    @property
    def digest(self) -> str:
        """By which the audit log knows them when their id is gone."""
        return sha256(f"{self.tenant}\0{self.user_id}".encode()).hexdigest()[:32]

    def is_in_event(self, event: Json) -> bool:
        """Whether they did it, or it was done with what is theirs."""
        data = event.get("payload", {}).get("data", {})
        if not isinstance(data, dict):
            return False
        return self.user_id in {data.get("user_id"), data.get("actor"), *_texts(data.get("data_subjects"))}

    def is_in(self, derived: Any) -> bool:
        """Whether a signal or an incident names them as an indicator."""
        return any(text == f"{lead}{self.user_id}" for text in _strings(derived) for lead in INDICATORS)

    def erased_from(self, value: Any) -> Any:
        """The same with `ERASED` wherever the id stands as a word, and null for what else would tell."""
        if isinstance(value, dict):
            return {name: None if name in PERSONAL else self.erased_from(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.erased_from(inner) for inner in value]
        return self._word.sub(ERASED, value) if isinstance(value, str) else value

    @property
    def _word(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w@.-]){re.escape(self.user_id)}(?![\w@-]|\.\w)")


def _texts(value: Any) -> Iterable[str]:
    return [each for each in value if isinstance(each, str)] if isinstance(value, list | tuple) else ()


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _strings(inner)
