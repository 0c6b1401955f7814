"""Hours of traffic as closed windows and rollups, by any store that keeps these."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from shared.windows.closed import ClosedWindowStore, Cursor, Head
from shared.windows.groups import bucket_of, group_keys
from shared.windows.rollups import Rollup, RollupStore
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.builders.tables import cell, table

NANO = 10**9
TENTH = datetime(2026, 11, 10, tzinfo=UTC)
GROUPINGS = ((), ("model",), ("provider",), ("team",), ("team", "model"))


def hour_of(costs: Mapping[str, float], team: str = "search") -> SummaryTable:
    """One call of each model, which costs so many USD."""
    calls = [
        (
            cell(model, team=team),
            {
                "requests": 1,
                "errors": 0,
                "latency_ms": 500_000,
                "input_tokens": round(1000 * usd),
                "output_tokens": round(100 * usd),
                "computed_cost_usd": round(usd * NANO),
            },
        )
        for model, usd in costs.items()
    ]
    return table(*calls).rekey(group_keys(GROUPINGS))


def publish(
    hours: Sequence[SummaryTable], first: datetime, rollups: RollupStore, closed: ClosedWindowStore | None = None
) -> datetime:
    """Hour after hour from `first` on, announced if there is where; returns the end of the last."""
    for number, content in enumerate(hours):
        window = Window(first + timedelta(hours=number), Resolution.HOUR)
        rollups.put([Rollup(key, window, 1, rows) for key, rows in content.per_key()])
        if closed:
            closed.put_head(Head(window, 1, 0, closed.put_parts(window, content.split(bucket_of)), window.end))
    end = first + timedelta(hours=len(hours))
    if closed:
        closed.create_cursor(Cursor(Window(first), Window(end + timedelta(minutes=17))))
    return end
