"""What may be asked of forecasts in a query string."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from functions.query.parameters import Grouped, Next, One
from shared.forecasts.forecasted import FORECASTED

MOST_FORECASTS: Final = 400
"""A forecast with its month has some 8 KB."""


def _forecasted(name: str) -> str:
    if name not in FORECASTED:
        raise ValueError(f"is not forecast; there are {', '.join(sorted(FORECASTED))}")
    return name


class ForecastParameters(Grouped):
    measure: Annotated[
        str, One, AfterValidator(_forecasted), Field(description=f"One of {', '.join(sorted(FORECASTED))}.")
    ]
    limit: Annotated[int, One, Field(ge=1, le=MOST_FORECASTS, description="Most series in an answer.")] = 100
    next: Next = None
