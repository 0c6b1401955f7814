"""Writing closed windows to an engine that has no conditions.

Two calls for one window may overlap: one reads a head, stalls, and writes its old version over the newer one of the
other. Nothing in the engine prevents it. So every window is noted, to be written once more when any call that is under
way now must have ended; and a note is forgotten only after that, if no later call has renewed it. Whatever is
interleaved, killed or delivered again, the last to write a window has read its current head.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.errors import TransientError
from shared.mirror.points import Points
from shared.mirror.stores import Look, LookStore, Mirror
from shared.windows.closed import FOLDED_BUCKET, ClosedWindowStore, Head
from shared.windows.window import Window


@dataclass(frozen=True, slots=True)
class Outcome:
    windows: int = 0
    points: int = 0
    refused: int = 0

    def __add__(self, other: "Outcome") -> "Outcome":
        return Outcome(self.windows + other.windows, self.points + other.points, self.refused + other.refused)


@dataclass(frozen=True, slots=True)
class MirrorWindows:
    closed: ClosedWindowStore
    mirror: Mirror
    looks: LookStore
    patience: timedelta
    """Longer than a call can take from reading a head to its last write."""
    clock: Callable[[], datetime]

    def run(self, touched: Iterable[Window], until: datetime) -> Outcome:
        """Write what these windows hold now; TransientError if time is up before, for them to come again."""
        done = Outcome()
        for window in sorted(touched):
            if self.clock() >= until:
                raise TransientError("the windows of a batch take longer than a call may")
            done += self.write(window)
        return done

    def write(self, window: Window) -> Outcome:
        self.looks.note(Look(window, self.clock() + self.patience))
        return self._written(window)

    def look_again(self, until: datetime) -> Outcome:
        """Write once more what is due; what is left when time is up is due the next time too."""
        done = Outcome()
        for look in self.looks.due(self.clock()):
            if self.clock() >= until:
                break
            done += self._written(look.window)
            self.looks.settle(look)
        return done

    def _written(self, window: Window) -> Outcome:
        head = self.closed.head(window)
        return sum(self._parts(head), Outcome(windows=1)) if head else Outcome()

    def _parts(self, head: Head) -> Iterable[Outcome]:
        """One bucket at a time, as much as fits into memory; the folded ones go last."""
        for ref in head.parts:
            if ref.bucket != FOLDED_BUCKET:
                points = Points.of(head.window, head.version, self.closed.part(ref))
                yield Outcome(points=len(points), refused=self.mirror.put(points))
            else:
                self.mirror.remove_older(head.window, head.version)
