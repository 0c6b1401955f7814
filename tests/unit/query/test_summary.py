"""A tenant's totals, the same wherever the range is cut into closed and open windows."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from functions.query.models import SummaryAnswer
from functions.query.parameters import SummaryParameters
from functions.query.reading import Reading
from functions.query.selection import Selection
from functions.query.summary import Summary
from shared.errors import RejectedRequestError
from shared.windows.rollups import Rollup, RollupRange, Values
from shared.windows.window import Window
from tests.builders.hub import ACME, NOON, SeededHub
from tests.builders.tables import cell
from tests.fakes.rollup_store import InMemoryRollupStore

MINUTE = timedelta(minutes=1)


def summary(hub: SeededHub, now: datetime = NOON, **asked: str) -> SummaryAnswer:
    parameters = SummaryParameters.of(
        {"multiValueQueryStringParameters": {name: [text] for name, text in asked.items()}}
    )
    return Summary(hub.windows, lambda: now).answer(ACME, parameters)


def call(
    hub: SeededHub, at: datetime, model: str | None = "gpt-4o", team: str | None = "search", **values: int
) -> None:
    hub.observe(at, cell(model, team=team), **({"requests": 1, "errors": 0} | values))


def test_totals_are_sums_of_what_was_seen() -> None:
    hub = SeededHub()
    call(hub, NOON - 9 * MINUTE, input_tokens=10, output_tokens=5, latency_ms=100_000, reported_cost_usd=2_000_000_000)
    call(hub, NOON - 8 * MINUTE, input_tokens=20, errors=1, computed_cost_usd=500_000_000)
    call(hub, NOON - 7 * MINUTE, "mystery", unpriced_requests=1)
    hub.observe(NOON - 6 * MINUTE, threats=1)
    hub.observe(NOON - 5 * MINUTE, policy_violations=1)
    hub.close(NOON)

    found = summary(hub)

    assert (found.totals.events, found.totals.requests, found.totals.errors) == (5, 3, 1)
    assert found.totals.error_rate == pytest.approx(1 / 3)
    assert found.totals.tokens.model_dump() == {"input": 30, "output": 5, "cached_input": None, "reasoning": None}
    assert found.totals.cost.model_dump() == {"reported_usd": 2.0, "computed_usd": 0.5, "unpriced_requests": 1}
    assert found.totals.latency_ms is not None
    assert found.totals.latency_ms.p99 == 100
    assert (found.totals.threats, found.totals.policy_violations) == (1, 1)
    assert found.top_models[0].errors == 1
    assert found.top_models[0].latency_ms == found.totals.latency_ms
    assert found.unpriced_models == ["mystery"]
    assert found.final


def test_nothing_seen_is_told_from_zero() -> None:
    hub = SeededHub()
    hub.close(NOON)

    totals = summary(hub).totals

    assert (totals.events, totals.requests, totals.error_rate, totals.latency_ms) == (0, 0, None, None)
    assert totals.cost.reported_usd is None


def test_those_that_cost_most_come_first_by_the_greater_of_both_costs() -> None:
    hub = SeededHub()
    call(hub, NOON - MINUTE, "small", "ads", reported_cost_usd=1)
    call(hub, NOON - MINUTE, "large", "search", computed_cost_usd=3)
    call(hub, NOON - MINUTE, "middle", None, reported_cost_usd=2, computed_cost_usd=1)
    call(hub, NOON - MINUTE, "free", "ads")
    hub.observe(NOON - MINUTE, cell("no-calls"), threats=1)
    hub.close(NOON)

    found = summary(hub)

    assert [spender.name for spender in found.top_models] == ["large", "middle", "small", "free"]
    assert [spender.name for spender in found.top_teams] == ["search", None, "ads"]


def test_ten_are_enough() -> None:
    hub = SeededHub()
    for number in range(12):
        call(hub, NOON - MINUTE, f"model-{number}")
    hub.close(NOON)

    assert len(summary(hub).top_models) == 10


@pytest.mark.parametrize("closed_for", [0, 1, 7, 16, 61, 200])
def test_the_sum_does_not_depend_on_what_is_closed(closed_for: int) -> None:
    hub = SeededHub()
    for minute in range(0, 200, 7):
        call(hub, NOON - minute * MINUTE, input_tokens=2**minute % 1000)
    hub.close(NOON - closed_for * MINUTE)
    every = [2**minute % 1000 for minute in range(0, 200, 7) if minute <= 130]

    found = summary(hub, now=NOON + MINUTE, start="2026-11-22T09:50:00Z", end="2026-11-22T12:01:00Z")

    assert (found.totals.requests, found.totals.tokens.input) == (len(every), sum(every))
    assert not found.final


class CountingRollupStore(InMemoryRollupStore):
    def __init__(self) -> None:
        super().__init__()
        self.reads = 0

    def read(self, wanted: RollupRange, *, after: tuple[Values, Window] | None = None) -> Iterator[Rollup]:
        for rollup in super().read(wanted, after=after):
            self.reads += 1
            yield rollup


def test_a_range_is_read_in_as_few_windows_as_make_it_up() -> None:
    store = CountingRollupStore()
    hub = SeededHub(rollups=store)
    for minute in range(6 * 60):
        call(hub, NOON - minute * MINUTE)
    hub.close(NOON)

    content = Reading(hub.windows, NOON, NOON).content(Selection("acme", (), {}), NOON - 299 * MINUTE, NOON)

    assert content.events(("acme", "total")) == 299
    hours, quarters, fives, minutes = 4, 3, 2, 4
    assert store.reads == hours + quarters + fives + minutes


def test_a_hub_that_keeps_no_teams_ranks_none() -> None:
    hub = SeededHub(groupings=((), ("model",)))
    call(hub, NOON - MINUTE)
    hub.close(NOON)

    assert summary(hub).top_teams == []


def test_the_series_over_the_limit_are_no_model() -> None:
    hub = SeededHub(groupings=((), ("model",)), series_limit=2)
    for number in range(5):
        call(hub, NOON - MINUTE, f"model-{number}")
    hub.close(NOON)

    found = summary(hub)

    assert found.totals.requests == 5
    assert len(found.top_models) == 2


def test_a_range_of_long_ago_is_of_whole_hours() -> None:
    found = summary(SeededHub(), start="2026-10-22T12:34:00Z", end="2026-10-22T13:00:00Z")

    assert (found.start.minute, found.end.hour, found.end.minute) == (0, 13, 0)


def test_a_range_may_be_at_most_a_month() -> None:
    with pytest.raises(RejectedRequestError, match="31 days"):
        summary(SeededHub(), start="now-32d")
