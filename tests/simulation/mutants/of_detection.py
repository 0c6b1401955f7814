"""Mistakes of the stage that folds closed windows into anomalies."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from functions.anomaly.fold import FoldWindows, Outcome
from functions.anomaly.remembering import Remembered
from shared.anomalies.folds import Place
from shared.anomalies.stores import record
from shared.windows.closed import Cursor
from shared.windows.window import Window
from tests.simulation.detection import SimulatedFoldStore


class WithoutCondition(SimulatedFoldStore):
    def _advance(self, before: Place | None, after: Place) -> bool:  # noqa: ARG002
        stood, self.stored = self.stored, after
        self.committing(stood, after)
        return True


class TrustsStreamOrder(FoldWindows):
    """Folds the windows that the stream names, as they come."""

    def run(self, touched: Collection[Window], until: datetime) -> Outcome:  # noqa: ARG002
        outcome, cursor = Outcome(), self.on.closed.cursor()
        if cursor is None:
            return outcome
        for window in touched:
            place = self._settled(self._place(cursor), outcome)
            if window.end <= cursor.next.start:
                self._settled(self._folded(replace(place, next=window), [window], outcome), outcome)
        return outcome


class StartsAtTheFirstDoorbell(FoldWindows):
    def _place(self, cursor: Cursor) -> Place:
        return super()._place(Cursor(cursor.next, cursor.next))


class AnomaliesBeforeTheCommit(FoldWindows):
    def _commit(self, before: Place, to: Window, states: Mapping[int, str], remembered: Remembered) -> Place | None:
        for anomaly in remembered.pending:
            self.on.herald.tell(record(self.on.anomalies, anomaly, before.revision + 1))
        return super()._commit(before, to, states, replace(remembered, pending=()))


class AfterItWithoutPending(FoldWindows):
    def _commit(self, before: Place, to: Window, states: Mapping[int, str], remembered: Remembered) -> Place | None:
        after = super()._commit(before, to, states, replace(remembered, pending=()))
        for anomaly in remembered.pending if after else ():
            self.on.herald.tell(record(self.on.anomalies, anomaly, before.revision + 1))
        return after


class FoldsRevisions(FoldWindows):
    def _judged_again(self, place: Place, window: Window) -> Place:
        return self._folded(place, [window], Outcome()) if window < place.next else place


class NeverJudgesAgain(FoldWindows):
    def _judged_again(self, place: Place, window: Window) -> Place:  # noqa: ARG002
        return place
