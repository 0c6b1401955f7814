"""The past of deviating series is read from the rollups of closed minutes."""

from datetime import UTC, datetime, timedelta

import numpy as np

from shared.anomalies.anomaly import Series
from shared.incidents.past import past_of
from shared.incidents.rules.causal_chain import causal_chains
from shared.incidents.scene import Scene
from shared.incidents.signal import Component, ComponentKind, Signal, SignalKind
from shared.windows.rollups import Rollup
from shared.windows.table import Key
from shared.windows.window import Window
from tests.builders.tables import table
from tests.fakes.rollup_store import InMemoryRollupStore

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
MINUTES = 90
MODEL, TEAM = Component(ComponentKind.MODEL, "gpt-4o"), Component(ComponentKind.TEAM, "search")
TOKENS = Series(("acme", "model", "gpt-4o"), "input_tokens", "sum")
COST = Series(("acme", "team", "search"), "input_tokens", "sum")


def stored(values: dict[Key, np.ndarray]) -> InMemoryRollupStore:
    """One observation a minute of each group, and one request of the tenant; nothing where it is below zero."""
    rollups = InMemoryRollupStore()
    for minute in range(MINUTES):
        window = Window(NOW - timedelta(minutes=MINUTES - minute))
        told = {key: int(series[minute]) for key, series in values.items()}
        for key, value in ({("acme", "total"): 1} | told).items():
            if value >= 0:
                observed = {"requests": 1, "input_tokens": value}
                rollups.put([Rollup(key, window, 1, table((key, observed)))])
    return rollups


def signal(id_: str, at: int, component: Component, series: Series | None) -> Signal:
    when = NOW - timedelta(minutes=at)
    return Signal(id_, "acme", SignalKind.TOKENS, when, 0.5, id_, (component,), is_anomaly=True, series=series)


def driven() -> tuple[np.ndarray, np.ndarray]:
    """A series, and another that follows it two minutes later."""
    random = np.random.default_rng(1)
    first = random.integers(1_000, 2_000, MINUTES)
    return first, np.roll(first, 2) + random.integers(0, 50, MINUTES)


def test_a_series_that_foretells_another_heads_a_chain() -> None:
    tokens, cost = driven()
    signals = [signal("tokens", 10, MODEL, TOKENS), signal("cost", 5, TEAM, COST)]

    past = past_of("acme", signals, stored({TOKENS.key: tokens, COST.key: cost}), NOW)

    (found,) = causal_chains(Scene(signals, {TEAM: frozenset({MODEL})}, (), past.series, past.driver))
    assert [one.id for one in found.signals] == ["tokens", "cost"]
    assert found.evidence["by"] == "granger"


def test_all_series_reach_from_two_hours_ago_to_the_last_closed_minute() -> None:
    tokens, cost = driven()
    cost[-3:] = -1
    signals = [signal("tokens", 10, MODEL, TOKENS), signal("cost", 5, TEAM, COST)]

    past = past_of("acme", signals, stored({TOKENS.key: tokens, COST.key: cost}), NOW + timedelta(seconds=90))

    assert {len(series) for series in past.series.values()} == {118}
    assert past.series[SignalKind.TOKENS, TEAM][-4:].tolist() == [cost[-4], 0, 0, 0]
    assert past.driver is not None
    assert past.driver.sum() == MINUTES


def test_one_series_alone_is_not_read() -> None:
    signals = [signal("tokens", 10, MODEL, TOKENS), signal("event", 5, TEAM, None)]

    assert past_of("acme", signals, stored({TOKENS.key: driven()[0]}), NOW).series == {}


def test_a_hub_without_rollups_has_no_past() -> None:
    signals = [signal("tokens", 10, MODEL, TOKENS), signal("cost", 5, TEAM, COST)]

    assert past_of("acme", signals, InMemoryRollupStore(), NOW).series == {}
