"""Forecasts, budgets and what-ifs as query answers them, on stores in memory."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from functions.query.budgets import Budgets
from functions.query.forecast_routes import Plans
from functions.query.forecasts import Forecasts
from functions.query.what_if import WhatIf
from shared.measures.price_table import compiled_table
from shared.windows.closed import ClosedWindowStore
from shared.windows.groups import GROUPINGS
from shared.windows.rollups import RollupStore
from tests.fakes.forecast_stores import InMemoryBudgetStore, InMemoryForecastStore
from tests.fakes.negotiated_prices import InMemoryNegotiatedPriceStore


def plans_of(
    rollups: RollupStore,
    closed: ClosedWindowStore,
    clock: Callable[[], datetime],
    forecasts: InMemoryForecastStore | None = None,
    budgets: InMemoryBudgetStore | None = None,
) -> Plans:
    ids = count(1)
    return Plans(
        Forecasts(forecasts or InMemoryForecastStore(), GROUPINGS),
        Budgets(budgets or InMemoryBudgetStore(), lambda: f"b{next(ids)}"),
        WhatIf(rollups, closed, InMemoryNegotiatedPriceStore(), compiled_table, clock),
    )
