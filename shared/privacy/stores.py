"""Where personal data stand, and where exports go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from shared.privacy.subject import Subject

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Found:
    """What one place of a source holds of a subject; `place` is where a later pass goes on."""

    place: str
    records: Sequence[Json]


class PersonalData(Protocol):
    """One kind of store in which subjects may be named."""

    name: ClassVar[str]

    def of(self, subject: Subject, until: datetime, after: str) -> Iterator[Found]:
        """Place by place, in order, from the first behind `after`; places without anything about the subject too, since
        they have been looked at.
        """
        ...

    def erase(self, subject: Subject, found: Found) -> None:
        """Done again, it changes nothing."""
        ...


class Exports(Protocol):
    def put(self, key: str, content: bytes) -> None: ...

    def link(self, key: str) -> str:
        """Opens the file for a few minutes, for whoever has it."""
        ...
