"""The newest forecasts of a tenant's series."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from functions.query.forecast_models import ForecastAnswer, ForecastPoint, ForecastRest, ForecastsAnswer
from functions.query.forecast_parameters import ForecastParameters
from functions.query.pages import page_of
from functions.query.selection import Selection, selecting
from shared.access.principal import Principal
from shared.errors import RejectedRequestError
from shared.forecasts.forecasted import FORECASTED, HOUR
from shared.forecasts.issued import Latest, Rest
from shared.forecasts.stores import ForecastStore
from shared.measures.measure import MEASURES
from shared.windows.groups import Grouping
from shared.windows.rollups import Values


@dataclass(frozen=True, slots=True)
class Forecasts:
    store: ForecastStore
    groupings: tuple[Grouping, ...]

    def list(self, principal: Principal, asked: ForecastParameters) -> ForecastsAnswer:
        """In the order of the store; a series is there from its third hour on."""
        selection = selecting(self.groupings)(principal.tenant, asked.group_by, asked.filters)
        page, more = page_of(self._found(selection, asked), asked.limit)
        return ForecastsAnswer(
            measure=asked.measure,
            unit=MEASURES[asked.measure].unit,
            statistic="p95" if FORECASTED[asked.measure].is_p95 else "sum",
            forecasts=[_answer(latest, selection) for latest in page],
            next=_text(page[-1].issued.series.values) if more else None,
        )

    def _found(self, selection: Selection, asked: ForecastParameters) -> Iterator[Latest]:
        after = _values(asked.next) if asked.next else None
        for latest in self.store.find(selection.tenant, selection.name, asked.measure, after=after):
            if selection.holds(_key(latest)):
                yield latest


def points(
    origin: datetime, point: Sequence[float], lower: Sequence[float], upper: Sequence[float]
) -> list[ForecastPoint]:
    """Hour by hour."""
    return [
        ForecastPoint(start=origin + number * HOUR, point=at, lower=low, upper=high)
        for number, (at, low, high) in enumerate(zip(point, lower, upper, strict=True))
    ]


def rest_answer(rest: Rest) -> ForecastRest:
    return ForecastRest.model_validate(rest)


def _answer(latest: Latest, selection: Selection) -> ForecastAnswer:
    issued, record = latest.issued, latest.record
    return ForecastAnswer(
        dimensions=selection.dimensions(_key(latest)),
        origin=issued.origin,
        issued_at=issued.issued_at,
        coverage=issued.coverage,
        level=issued.level,
        model=issued.model,
        history_hours=issued.history_hours,
        hours=points(issued.origin, issued.point, issued.lower, issued.upper),
        month=rest_answer(issued.rest) if issued.rest else None,
        backtest_error=issued.backtest_error,
        backtest_coverage=issued.backtest_coverage,
        scored_forecasts=record.forecasts,
        realised_error=record.error,
        realised_coverage=record.covered,
    )


def _key(latest: Latest) -> tuple[str | None, ...]:
    series = latest.issued.series
    return (series.tenant, series.grouping, *series.values)


def _text(values: Values) -> str:
    return urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def _values(text: str) -> Values:
    try:
        return msgspec.json.decode(urlsafe_b64decode(text.encode() + b"=" * (-len(text) % 4)), type=Values)
    except ValueError:
        message = "this is no `next` of an answer"
        raise RejectedRequestError(400, "invalid_next", message, {"next": message}) from None
