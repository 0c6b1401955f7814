"""A measure over time: points of every series that is meant, at one resolution."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from functions.query.models import MetricsAnswer, PointSeries
from functions.query.pages import Bookmark, fingerprint, page_of
from functions.query.parameters import MetricsParameters
from functions.query.points import Estimates
from functions.query.reading import Reading, Span, Windows
from functions.query.selection import Selection, selecting
from functions.query.times import span
from shared.access.principal import Principal
from shared.errors import RejectedError, RejectedRequestError
from shared.measures.measure import Measure, measure_named
from shared.windows.rollups import Rollup
from shared.windows.window import Resolution

LONGEST: Final = {
    Resolution.MINUTE: timedelta(hours=24),
    Resolution.FIVE_MINUTES: timedelta(days=7),
    Resolution.QUARTER_HOUR: timedelta(days=31),
    Resolution.HOUR: timedelta(days=400),
}
MOST_READ: Final = 10_000
"""Rollups looked at for one page, at up to half a millisecond each; a measure that few of them have may make a page
short, with a `next`.
"""


@dataclass(frozen=True, slots=True)
class Metrics:
    windows: Windows
    clock: Callable[[], datetime]
    most_read: int = MOST_READ

    def answer(self, principal: Principal, asked: MetricsParameters) -> MetricsAnswer:
        measure = _measure(asked.measure)
        selection = selecting(self.windows.groupings)(principal.tenant, asked.group_by, asked.filters)
        bookmark = self._page(asked, fingerprint(principal.tenant, asked))
        reading = Reading(self.windows, bookmark.closed_until, self.clock())
        whole = Span(bookmark.start, bookmark.end, Resolution(asked.resolution))
        read, is_more = page_of(_rollups(reading, selection, whole, bookmark), self.most_read)
        page, is_long = page_of((rollup for rollup in read if measure.name in rollup.table.measures), asked.limit)
        last = page[-1] if is_long else read[-1] if is_more else None
        return MetricsAnswer(
            measure=measure.name,
            unit=measure.unit,
            resolution=asked.resolution,
            series=_series(selection, page, Estimates(asked.stat), measure, reading.closed_until),
            next=bookmark.behind(last.values, last.window.start) if last else None,
        )

    def _page(self, asked: MetricsParameters, query: str) -> Bookmark:
        """Where to go on, or where to begin."""
        resolution = Resolution(asked.resolution)
        if asked.next:
            return Bookmark.decode(asked.next, query, LONGEST[resolution])
        now = self.clock()
        start, end = span(asked.start, asked.end, now, LONGEST[resolution])
        return Bookmark(query, resolution.containing(start).start, end, self.windows.closed_until(now))


def _rollups(reading: Reading, selection: Selection, whole: Span, bookmark: Bookmark) -> Iterator[Rollup]:
    """Closed windows first; behind the bookmark, if it stands at a rollup."""
    if bookmark.window is None:
        return chain(reading.closed(selection, whole), reading.open(selection, whole))
    at = whole.resolution.containing(bookmark.window)
    if reading.is_final(at):
        return chain(reading.closed(selection, whole, (bookmark.key, at)), reading.open(selection, whole))
    rest = reading.open(selection, Span(at.start, whole.end, whole.resolution))
    return (rollup for rollup in rest if rollup.window != at or _order(rollup.values) > _order(bookmark.key))


def _order(values: tuple[str | None, ...]) -> list[tuple[bool, str | None]]:
    return [(value is not None, value) for value in values]


def _series(
    selection: Selection, page: list[Rollup], estimates: Estimates, measure: Measure, closed_until: datetime
) -> list[PointSeries]:
    """The page's points by series, in order of time."""
    by_key: dict[tuple[str | None, ...], PointSeries] = {}
    for rollup, point in zip(page, estimates.points(measure, page, closed_until), strict=True):
        if rollup.key not in by_key:
            by_key[rollup.key] = PointSeries(dimensions=selection.dimensions(rollup.key), points=[])
        by_key[rollup.key].points.append(point)
    return list(by_key.values())


def _measure(name: str) -> Measure:
    try:
        return measure_named(name)
    except RejectedError as error:
        raise RejectedRequestError(400, error.code, error.message, {"measure": error.message}) from None
