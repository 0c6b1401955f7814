"""What the mirror of closed windows needs: an engine to write to, and a note of what is to be looked at again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.mirror.points import Points
from shared.windows.window import Window


class Mirror(Protocol):
    """An engine that others read; a point written again replaces the one before. Down or throttled: TransientError."""

    def put(self, points: Points) -> int:
        """Write them all; how many the engine refused for good (they are logged, and no retry would help them)."""
        ...

    def remove_older(self, window: Window, version: int) -> None:
        """Remove the window's points of older versions, whose groups are folded into the overflow series since.

        An engine that cannot remove leaves them: every point has its version, and the window's points are those of the
        highest.
        """
        ...


@dataclass(frozen=True, slots=True)
class Look:
    """A window that was, or was about to be, written: to be written once more from `due` on."""

    window: Window
    due: datetime


class LookStore(Protocol):
    """Reads are strong."""

    def note(self, look: Look) -> None:
        """Keep it unless the window has one that is due later."""
        ...

    def due(self, now: datetime) -> Iterable[Look]:
        """Those whose time has come, the longest due first."""
        ...

    def settle(self, look: Look) -> None:
        """Forget it, unless the window was noted again meanwhile."""
        ...
