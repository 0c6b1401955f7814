"""Which series there are in a range, and what was observed of each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.query.models import KnownSeries, SeriesAnswer
from functions.query.pages import Bookmark, fingerprint, page_of
from functions.query.parameters import SeriesParameters
from functions.query.reading import Reading, Windows
from functions.query.selection import Selection, selecting
from functions.query.times import span
from functions.query.whole import whole_minutes
from shared.access.principal import Principal
from shared.windows.table import Key, SummaryTable, sorted_keys

LONGEST: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Series:
    windows: Windows
    clock: Callable[[], datetime]

    def answer(self, principal: Principal, asked: SeriesParameters) -> SeriesAnswer:
        selection = selecting(self.windows.groupings)(principal.tenant, asked.group_by, asked.filters)
        bookmark = self._page(asked, fingerprint(principal.tenant, asked))
        reading = Reading(self.windows, bookmark.closed_until, self.clock())
        table = reading.content(selection, bookmark.start, bookmark.end)
        page, is_more = page_of(_behind(table, bookmark.key), asked.limit)
        return SeriesAnswer(
            start=bookmark.start,
            end=bookmark.end,
            series=[_known(selection, key, table) for key, table in page],
            next=bookmark.behind(page[-1][0]) if is_more else None,
        )

    def _page(self, asked: SeriesParameters, query: str) -> Bookmark:
        if asked.next:
            return Bookmark.decode(asked.next, query, LONGEST)
        now = self.clock()
        start, end = whole_minutes(*span(asked.start, asked.end, now, LONGEST), now)
        return Bookmark(query, start, end, self.windows.closed_until(now))


def _behind(table: SummaryTable, last: Key) -> list[tuple[Key, SummaryTable]]:
    return [
        (key, rows)
        for key, rows in table.per_key()
        if not last or (key != last and sorted_keys([key, last])[0] == last)
    ]


def _known(selection: Selection, key: Key, table: SummaryTable) -> KnownSeries:
    return KnownSeries(dimensions=selection.dimensions(key), events=table.events(key), measures=list(table.measures))
