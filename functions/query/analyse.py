"""Answers a question: several formulas over one range, each of them by group and window."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from functions.query.analysis_models import NamedQuery, Question
from functions.query.charting import chosen, series
from functions.query.expressions import Formula, parse
from functions.query.filtering import wanted
from functions.query.gathering import MOST_ROLLUPS, Gathering
from functions.query.grid import Grid
from functions.query.metrics import LONGEST
from functions.query.pages import Bookmark, fingerprint
from functions.query.reading import Reading, Span, Windows, windows_in
from functions.query.times import span
from shared.access.principal import Principal
from shared.errors import RejectedError, RejectedRequestError
from shared.windows.columns import ColumnStore
from shared.windows.window import Resolution

MOST_VALUES: Final = 200_000
"""Lambda answers 6 MB at most; a value takes some 20 bytes."""
MOST_WINDOWS_BY_ITSELF: Final = 200
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Analysis:
    windows: Windows
    columns: ColumnStore
    clock: Callable[[], datetime]
    most_rollups: int = MOST_ROLLUPS

    def answer(self, principal: Principal, asked: Question) -> Json:
        """In the shape of `QuestionAnswer`; RejectedRequestError 400 says which part is not understood."""
        now = self.clock()
        whole, closed_until = whole_windows(asked, now), self.windows.closed_until(now)
        formulas = {query.expression: _formula(query, place) for place, query in enumerate(asked.queries)}
        answering = _Answering(self, principal.tenant, asked, whole, closed_until, now, formulas)
        results = list(map(answering.result, asked.queries))
        if sum(len(result["series"]) * len(result["starts"]) for result in results) > MOST_VALUES:
            raise _refused("queries", "too_much", "this is too much for one answer: ask fewer series or windows")
        return {
            "start": whole.start,
            "end": whole.end,
            "resolution": whole.resolution.value,
            "final_until": closed_until,
            "previous_start": before(whole).start if asked.compare == "previous" else None,
            "results": results,
        }


@dataclass(frozen=True, slots=True)
class _Answering:
    """One question; what several of its queries need is read once."""

    analysis: Analysis
    tenant: str
    asked: Question
    whole: Span
    closed_until: datetime
    now: datetime
    formulas: dict[str, Formula]
    _grids: dict[tuple[Any, ...], Grid] = field(default_factory=dict)
    _readings: dict[datetime, Reading] = field(default_factory=dict)

    def result(self, query: NamedQuery) -> Json:
        formula, bookmark = self.formulas[query.expression], self._bookmark(query)
        whole = Span(bookmark.start, bookmark.end, self.whole.resolution)
        grid = self._grid(query, whole, bookmark.closed_until)
        groups, is_more = chosen(query, formula, grid, bookmark.key)
        earlier = self._grid(query, before(whole), bookmark.closed_until) if self._compares else None
        return {
            "name": query.name,
            "expression": query.expression,
            "unit": formula.unit,
            "starts": [window.start for window in windows_in(whole)],
            "series": series(query, formula, groups, grid, earlier),
            "series_count": len(grid.groups),
            "next": bookmark.behind(groups[-1]) if is_more else None,
        }

    @property
    def _compares(self) -> bool:
        return self.asked.compare == "previous"

    def _bookmark(self, query: NamedQuery) -> Bookmark:
        """Where to go on, or where to begin."""
        alone = query.model_copy(update={"next": None, "limit": 1})
        asked = fingerprint(self.tenant, self.asked.model_copy(update={"queries": (alone,)}))
        if query.next:
            return Bookmark.decode(query.next, asked, LONGEST[self.whole.resolution])
        return Bookmark(asked, self.whole.start, self.whole.end, self.closed_until)

    def _grid(self, query: NamedQuery, whole: Span, closed_until: datetime) -> Grid:
        """All measures that any query asks of the same groups, in one go."""
        key = (query.group_by, query.filters, whole, closed_until)
        if key not in self._grids:
            same = [each for each in self.asked.queries if (each.group_by, each.filters) == key[:2]]
            terms = [term for each in same for term in self.formulas[each.expression].terms]
            measures = tuple(dict.fromkeys(term.measure.name for term in terms))
            kept = self.analysis.windows.groupings
            what = wanted(self.tenant, kept, query.group_by, query.filters, measures)
            gathering = Gathering(self.analysis.columns, self._reading(closed_until), self.analysis.most_rollups)
            self._grids[key] = gathering.grid(what, whole)
        return self._grids[key]

    def _reading(self, closed_until: datetime) -> Reading:
        """One for all of them, so that open minutes are read once."""
        return self._readings.setdefault(closed_until, Reading(self.analysis.windows, closed_until, self.now))


def whole_windows(asked: Question, now: datetime) -> Span:
    """The range widened to whole windows; RejectedRequestError 400 when it is longer than the resolution allows."""
    start, end = span(asked.start, asked.end, now, max(LONGEST.values()))
    resolution = _resolution(end - start) if asked.resolution == "auto" else Resolution(asked.resolution)
    span(asked.start, asked.end, now, LONGEST[resolution])
    last = resolution.containing(end)
    return Span(resolution.containing(start).start, end if last.start == end else last.end, resolution)


def before(whole: Span) -> Span:
    """As long a time right before."""
    return Span(whole.start - (whole.end - whole.start), whole.start, whole.resolution)


def _resolution(length: timedelta) -> Resolution:
    fitting = (each for each in Resolution if length <= MOST_WINDOWS_BY_ITSELF * each.length)
    return next(fitting, Resolution.HOUR)


def _formula(query: NamedQuery, place: int) -> Formula:
    try:
        return parse(query.expression)
    except RejectedError as error:
        raise _refused(f"queries.{place}.expression", error.code, error.message) from None


def _refused(field: str, code: str, message: str) -> RejectedRequestError:
    return RejectedRequestError(400, code, message, {field: message})
