"""The use case: closed windows are folded in order, each exactly once, into what is usual; what is not becomes anomalies.

One small item says how far that has come and names the objects that hold what was learned; to put it, on condition that
it is the one read, is the only commit. What a commit found is written and told before the next one: whoever comes next
finds it pending. So the stage may be repeated, doubled, or frozen half-way and resumed, without harm.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from functions.anomaly.remembering import Remembered
from functions.anomaly.revising import revised
from functions.anomaly.scoring import Policies, Scored, Scoring
from shared.anomalies.anomaly import Anomaly, Severity
from shared.anomalies.episodes import Context, Episode, follow
from shared.anomalies.folds import FoldStore, Place
from shared.anomalies.learned import Scorer
from shared.anomalies.notices import Herald
from shared.anomalies.policies import PolicyStore
from shared.anomalies.stores import AnomalyStore, record
from shared.anomalies.storms import population_of
from shared.windows.closed import ClosedWindowStore, Cursor, Head
from shared.windows.groups import BUCKETS
from shared.windows.window import Resolution, Window

MOST_AT_ONCE: Final = 24
"""Windows of a backlog that one commit takes."""

Map = Callable[..., Iterable[Any]]


@dataclass(slots=True)
class Outcome:
    """What one invocation did."""

    windows: int = 0
    series: int = 0
    events: int = 0
    opened: int = 0
    resolved: int = 0
    alerted: int = 0
    next: Window | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """The stores that the fold stands on, and how it judges."""

    closed: ClosedWindowStore
    folds: FoldStore
    anomalies: AnomalyStore
    policies: PolicyStore
    herald: Herald
    scorer: Scorer
    resolution: Resolution
    told_from: Severity
    clock: Callable[[], datetime]
    side_by_side: Map = map


@dataclass(frozen=True, slots=True)
class FoldWindows:
    on: Detection

    def run(self, touched: Collection[Window], until: datetime) -> Outcome:
        """Fold all that is due, then judge again what was touched behind that. A backlog is left at `until`."""
        outcome = Outcome()
        cursor = self.on.closed.cursor()
        if cursor is None:
            return outcome
        place = self._settled(self._place(cursor), outcome)
        while due := self._due(place, cursor):
            if self.on.clock() >= until:
                break
            place = self._settled(self._folded(place, due, outcome), outcome)
        for window in sorted(touched):
            place = self._settled(self._judged_again(place, window), outcome)
        outcome.next = place.next
        return outcome

    def learn(self, since: datetime, until: datetime) -> Outcome:
        """Forget all, and fold again from a past instant on. What is open is closed: it will be found again."""
        place = self.on.folds.place()
        while place is None or not self._reset(place, since):
            cursor = self.on.closed.cursor()
            if cursor is None:
                return Outcome()
            place = self._place(cursor)
        return self.run((), until)

    def _reset(self, place: Place, since: datetime) -> bool:
        place = self._settled(place, Outcome())
        now = self.on.clock()
        open_ones = [one.anomaly for one in self._memory(place).memory.episodes.values() if not one.anomaly.is_over]
        over = tuple(anomaly.resolved(now, "relearned") for anomaly in open_ones)
        return self._commit(place, _whole(self.on.resolution, since), {}, Remembered(pending=over)) is not None

    def _place(self, cursor: Cursor) -> Place:
        place = self.on.folds.place()
        while place is None:
            self.on.folds.advance(None, Place(_whole(self.on.resolution, cursor.first.start)))
            place = self.on.folds.place()
        return place

    def _due(self, place: Place, cursor: Cursor) -> list[Window]:
        """The next windows that are closed, in order."""
        due: list[Window] = []
        window = place.next
        while window.end <= cursor.next.start and len(due) < MOST_AT_ONCE:
            due.append(window)
            window = window.next
        return due

    def _folded(self, place: Place, due: Sequence[Window], outcome: Outcome) -> Place:
        """After these windows; or where another invocation has come to, if it was faster."""
        heads = list(self.on.side_by_side(self.on.closed.head, due))
        remembered = self._memory(place)
        policies = Policies(self.on.policies, self.on.clock())
        scoring = Scoring(self.on.closed, self.on.folds, self.on.scorer, policies)
        scored = list(
            self.on.side_by_side(
                partial(scoring.scored, place.states, list(zip(due, heads, strict=True))), _buckets(place, heads)
            )
        )
        adopted = tuple(self.on.folds.announced())
        memory = _with_adopted(remembered, adopted).memory
        written: dict[str, Anomaly] = {}
        for number, window in enumerate(due):
            findings = [finding for bucket in scored for finding in bucket.findings[number]]
            memory, news = follow(memory, findings, self._context(window, heads[number], policies, scored))
            written |= {anomaly.id: anomaly for anomaly in news}
        states = {bucket.number: bucket.state for bucket in scored if bucket.state}
        after = self._commit(place, due[-1].next, states, Remembered(memory, tuple(written.values()), adopted))
        if after is None:
            return self._now()
        outcome.windows += len(due)
        outcome.series += sum(bucket.judged for bucket in scored)
        outcome.events += sum(head.version for head in heads if head)
        return after

    def _context(self, window: Window, head: Head | None, policies: "Policies", scored: Sequence["Scored"]) -> Context:
        return Context(
            window=window,
            version=head.version if head else 0,
            now=self.on.clock(),
            policies=policies,
            population=lambda: population_of(series for bucket in scored for series in bucket.series),
            told_from=self.on.told_from,
        )

    def _judged_again(self, place: Place, window: Window) -> Place:
        """A revision is never folded again: the anomalies that began in the window are judged by what was usual then."""
        while window < place.next:
            head, remembered = self.on.closed.head(window), self._memory(place)
            again = {
                name: revised(episode, head, self.on.closed, self.on.clock())
                for name, episode in remembered.memory.episodes.items()
                if head and episode.anomaly.window == window and head.version > episode.version
            }
            if not again:
                return place
            episodes = {**remembered.memory.episodes, **again}
            memory = replace(remembered.memory, episodes=episodes)
            pending = tuple(episode.anomaly for episode in again.values())
            after = self._commit(place, place.next, place.states, Remembered(memory, pending))
            if after:
                return after
            place = self._settled(self._now(), Outcome())
        return place

    def _commit(self, before: Place, to: Window, states: Mapping[int, str], remembered: Remembered) -> Place | None:
        """The place after it; None if another was faster. A refusal may be the answer to our own second try, for what
        the store did at the first: who was faster is told by what stands there.
        """
        memory = None if remembered.is_empty else self.on.folds.put_object(remembered.encode())
        is_pending = bool(remembered.pending or remembered.adopted)
        stale = tuple(sorted(before.objects - {*states.values(), memory}))
        after = Place(to, before.revision + 1, dict(states), memory, stale, is_pending)
        if not self.on.folds.advance(before, after):
            standing = self._now()
            self.on.folds.forget(after.objects - standing.objects)
            return after if standing == after else None
        self.on.folds.forget(before.stale)
        return after

    def _settled(self, place: Place, outcome: Outcome) -> Place:
        """What is pending is written, each by its id, and told; only then may the next window be folded."""
        while place.is_pending:
            remembered = self._memory(place)
            for anomaly in remembered.pending:
                stored = record(self.on.anomalies, anomaly, place.revision)
                outcome.alerted += self.on.herald.tell(stored)
            self.on.folds.adopted(remembered.adopted)
            done = replace(place, is_pending=False)
            if self.on.folds.advance(place, done):
                _count(remembered.pending, outcome)
                return done
            place = self._now()
        return place

    def _memory(self, place: Place) -> Remembered:
        return Remembered.decode(self.on.folds.object(place.memory)) if place.memory else Remembered()

    def _now(self) -> Place:
        place = self.on.folds.place()
        assert place is not None, "a place is never deleted"  # noqa: S101
        return place


def _whole(resolution: Resolution, at: datetime) -> Window:
    """The first window that begins at or after an instant."""
    return resolution.containing(at + resolution.length - timedelta.resolution)


def _buckets(place: Place, heads: Iterable[Head | None]) -> list[int]:
    """Those that have series already, or in these windows."""
    shown = {ref.bucket for head in heads if head for ref in head.parts}
    return sorted(number for number in shown | place.states.keys() if number < BUCKETS)


def _with_adopted(remembered: Remembered, adopted: Iterable[Anomaly]) -> Remembered:
    """The fast lane's anomalies go on as if they had been found here."""
    episodes = {episode.name: episode for episode in (Episode(anomaly, 0) for anomaly in adopted)}
    memory = replace(remembered.memory, episodes={**episodes, **remembered.memory.episodes})
    return replace(remembered, memory=memory)


def _count(written: Iterable[Anomaly], outcome: Outcome) -> None:
    for anomaly in written:
        outcome.resolved += anomaly.is_over
        outcome.opened += not anomaly.is_over and not anomaly.reopened
