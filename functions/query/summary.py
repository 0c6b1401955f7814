"""A tenant's totals over a range, and who spent most in it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from functions.query.models import Cost, LatencyPercentiles, Spender, SummaryAnswer, Tokens, Totals
from functions.query.parameters import SummaryParameters
from functions.query.points import quantile
from functions.query.reading import Reading, Windows
from functions.query.selection import Selection, is_overflow
from functions.query.times import span
from functions.query.whole import whole_minutes
from shared.access.principal import Principal
from shared.measures.measure import MEASURES
from shared.windows.groups import TOTAL, Grouping
from shared.windows.table import EVENTS, Key, SummaryTable

LONGEST: Final = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Summary:
    windows: Windows
    clock: Callable[[], datetime]

    def answer(self, principal: Principal, asked: SummaryParameters) -> SummaryAnswer:
        now = self.clock()
        start, end = whole_minutes(*span(asked.start, asked.end, now, LONGEST), now)
        reading = Reading(self.windows, self.windows.closed_until(now), now)

        def grouped_by(*dimensions: str) -> SummaryTable:
            return self._content(reading, Selection(principal.tenant, dimensions, {}), start, end)

        models = grouped_by("model")
        return SummaryAnswer(
            start=start,
            end=end,
            final=end <= reading.closed_until,
            totals=totals(Sums(grouped_by(), (principal.tenant, TOTAL))),
            top_models=spenders(models)[: asked.top],
            top_teams=spenders(grouped_by("team"))[: asked.top],
            unpriced_models=[key[2] for key in _named(models) if Sums(models, key).count("unpriced_requests")],
        )

    def _content(self, reading: Reading, selection: Selection, start: datetime, end: datetime) -> SummaryTable:
        """Nothing by a grouping that this hub does not keep."""
        grouping: Grouping = selection.grouping
        return reading.content(selection, start, end) if grouping in self.windows.groupings else SummaryTable.empty()


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of one series. A count of nothing is 0; the sum of what nobody reported is None."""

    table: SummaryTable
    key: Key

    def count(self, measure: str) -> int:
        seen = self.table.get(self.key, measure)
        return seen.total if seen else 0

    def tokens(self, measure: str) -> int | None:
        seen = self.table.get(self.key, measure)
        return seen.total if seen else None

    def usd(self, measure: str) -> float | None:
        seen = self.table.get(self.key, measure)
        return seen.total / MEASURES[measure].scale if seen else None

    def latency(self) -> LatencyPercentiles | None:
        measure = MEASURES["latency_ms"]
        seen = self.table.get(self.key, measure.name)
        if seen is None:
            return None
        return LatencyPercentiles(
            p50=quantile(seen, 0.5, measure), p95=quantile(seen, 0.95, measure), p99=quantile(seen, 0.99, measure)
        )


def totals(sums: Sums) -> Totals:
    requests, errors = sums.count("requests"), sums.count("errors")
    return Totals(
        events=sums.count(EVENTS),
        requests=requests,
        errors=errors,
        error_rate=errors / requests if requests else None,
        tokens=_tokens(sums),
        cost=_cost(sums),
        latency_ms=sums.latency(),
        threats=sums.count("threats"),
        policy_violations=sums.count("policy_violations"),
    )


def spenders(table: SummaryTable) -> list[Spender]:
    """Those that cost most first, by the greater of reported and computed; without any cost, by requests."""
    all_of_them = [_spender(Sums(table, key)) for key in _named(table)]
    spending = [spender for spender in all_of_them if spender.requests or _spent(spender)]
    return sorted(spending, key=lambda spender: (-_spent(spender), -spender.requests, spender.name or ""))


def _spender(sums: Sums) -> Spender:
    return Spender(
        name=sums.key[2],
        requests=sums.count("requests"),
        errors=sums.count("errors"),
        tokens=_tokens(sums),
        cost=_cost(sums),
        latency_ms=sums.latency(),
    )


def _spent(spender: Spender) -> float:
    return max(spender.cost.reported_usd or 0.0, spender.cost.computed_usd or 0.0)


def _named(table: SummaryTable) -> list[Key]:
    return [key for key in table.keys if not is_overflow(key)]


def _tokens(sums: Sums) -> Tokens:
    return Tokens(
        input=sums.tokens("input_tokens"),
        output=sums.tokens("output_tokens"),
        cached_input=sums.tokens("cached_input_tokens"),
        reasoning=sums.tokens("reasoning_tokens"),
    )


def _cost(sums: Sums) -> Cost:
    return Cost(
        reported_usd=sums.usd("reported_cost_usd"),
        computed_usd=sums.usd("computed_cost_usd"),
        unpriced_requests=sums.count("unpriced_requests"),
    )
