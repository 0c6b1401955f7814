"""What would be, with more traffic or another model: the same models on the changed past."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from functions.query.forecast_models import ReplacementInput, WhatIfAnswer, WhatIfCase, WhatIfInput
from functions.query.forecasts import points, rest_answer
from shared.access.principal import Principal
from shared.errors import NotEnoughData, RejectedRequestError
from shared.events.timestamps import format_timestamp
from shared.forecasts.forecast import forecast
from shared.forecasts.forecasted import Forecasted, hourly, last_whole_hour, month_end
from shared.forecasts.issued import COVERAGE, HORIZON, rest_of
from shared.forecasts.outlook import outlook
from shared.forecasts.what_if import USED, Change, cost_at, price_now
from shared.measures.measure import MEASURES
from shared.measures.negotiated import NegotiatedPrices, NegotiatedPriceStore
from shared.measures.price_table import Price, PriceTable
from shared.windows.closed import ClosedWindowStore
from shared.windows.rollups import RollupRange, RollupStore, Values
from shared.windows.window import Resolution

HISTORY: Final = timedelta(days=28)
"""Read within one request, so shorter than what is read once an hour."""
COST: Final = "computed_cost_usd"

Floats = NDArray[np.float64]
Prices = Callable[[str, str], Sequence[Price]]


@dataclass(frozen=True, slots=True)
class WhatIf:
    rollups: RollupStore
    closed: ClosedWindowStore
    negotiated: NegotiatedPriceStore
    listed: Callable[[], PriceTable]
    clock: Callable[[], datetime]

    def answer(self, principal: Principal, asked: WhatIfInput) -> WhatIfAnswer:
        """RejectedRequestError 409 while there is no history, 400 where the other model has no price."""
        cursor = self.closed.cursor()
        origin = last_whole_hour(cursor.next.start if cursor else self.clock())
        past = Past(self.rollups, principal.tenant, asked.team, origin)
        history = past.of(None, (asked.measure,)).get(asked.measure)
        if history is None:
            raise RejectedRequestError(409, "not_enough_data", "there is no whole hour of this measure yet")
        change = self._change(past, asked, self._prices(principal.tenant)) if asked.replace else Change(asked.traffic)
        return WhatIfAnswer(
            measure=asked.measure,
            unit=MEASURES[asked.measure].unit,
            origin=origin,
            coverage=COVERAGE,
            as_it_is=_case(history, origin),
            changed=_case(change.of(history), origin),
        )

    def _change(self, past: "Past", asked: WhatIfInput, prices: Prices) -> Change:
        replaced: ReplacementInput = asked.replace  # type: ignore[assignment] # only asked with one
        price = price_now(prices(replaced.by_provider, replaced.by_model), format_timestamp(self.clock()))
        if price is None:
            raise _refused("replace.by_model", "no price is known of this model of this provider")
        used = past.of(replaced.model, (COST, *USED))
        if "input_tokens" not in used:
            raise _refused("replace.model", "there is no traffic of this model")
        saved = used.pop(COST, np.zeros_like(used["input_tokens"]))
        return Change(asked.traffic, saved, cost_at(price, used))

    def _prices(self, tenant: str) -> Prices:
        """Negotiated ones before those listed."""
        own = NegotiatedPrices(self.negotiated.of_tenant(tenant))
        return lambda provider, model: own.prices(provider, model) or self.listed().prices(provider, model)


@dataclass(frozen=True, slots=True)
class Past:
    """The hours of a tenant, or of one of its teams, up to `origin`."""

    rollups: RollupStore
    tenant: str
    team: str | None
    origin: datetime

    def of(self, model: str | None, measures: Sequence[str]) -> dict[str, Floats]:
        """float64[hours] by measure, of everything or of one model."""
        named = {"team": self.team, "model": model}
        scope = {dimension: value for dimension, value in named.items() if value is not None}
        values: Values = tuple(scope.values())
        start = self.origin - HISTORY
        grouping = "+".join(scope) or "total"
        wanted = RollupRange(self.tenant, grouping, Resolution.HOUR, start, self.origin, values)
        return hourly(self.rollups.read(wanted), map(Forecasted, measures), start, self.origin).get(values, {})


def _case(history: Floats, origin: datetime) -> WhatIfCase:
    try:
        made = forecast(history, horizon=HORIZON, coverage=COVERAGE)
    except NotEnoughData as error:
        raise RejectedRequestError(409, "not_enough_data", error.message) from error
    until = month_end(origin)
    known = {name: getattr(made.backtest, name) for name in ("error", "coverage")}
    return WhatIfCase(
        model=made.model,
        hours=points(origin, made.point.tolist(), made.lower.tolist(), made.upper.tolist()),
        month=rest_answer(rest_of(outlook(history, origin=origin, until=until), until)),
        backtest_error=None if np.isnan(known["error"]) else known["error"],
        backtest_coverage=None if np.isnan(known["coverage"]) else known["coverage"],
    )


def _refused(field: str, message: str) -> RejectedRequestError:
    return RejectedRequestError(400, "invalid_body", f"{field}: {message}", {field: message})
