"""What an incident cost, and what should be done first."""

from dataclasses import replace
from datetime import timedelta

from shared.anomalies.anomaly import Series
from shared.incidents.dollars import additional_dollars
from shared.incidents.impact import recommended
from shared.incidents.signal import Signal, SignalKind
from tests.builders.signals import a_signal

TRAFFIC = SignalKind.TRAFFIC


def test_who_sends_less_is_not_told_to_limit_the_rate() -> None:
    fewer = [a_signal("none", kind=TRAFFIC, magnitude=-170.0), a_signal("few", kind=TRAFFIC, magnitude=-20.0)]

    assert recommended([TRAFFIC, TRAFFIC], fewer) == [
        "See whether the callers have stopped, or what reports them: its key, its network, its last release."
    ]


def test_where_some_traffic_grew_its_caller_is_to_be_found() -> None:
    both = [a_signal("none", kind=TRAFFIC, magnitude=-170.0), a_signal("many", kind=TRAFFIC, magnitude=170.0)]

    assert recommended([TRAFFIC], both)[0].startswith("Find the caller whose traffic grew")


def test_what_to_do_is_said_once_and_in_the_order_of_the_causes() -> None:
    signals = [a_signal("slow", kind=SignalKind.LATENCY, magnitude=-1.0), a_signal("dear", kind=SignalKind.COST)]

    first, second = recommended([SignalKind.LATENCY, SignalKind.COST, SignalKind.LATENCY], signals)

    assert "slow component" in first
    assert "spent it" in second


def cost(name: str, dollars: float, *values: str, grouping: str, measure: str = "computed_cost_usd") -> Signal:
    series = Series(("acme", grouping, *values), measure, "sum")
    return a_signal(name, kind=SignalKind.COST, magnitude=dollars, series=series, window=timedelta(minutes=1))


def test_dollars_that_deviate_in_many_series_are_told_once() -> None:
    seen = [
        cost("total", 5.0, grouping=""),
        cost("one model", 3.0, "gpt-4o", grouping="model"),
        cost("other model", 2.5, "o3", grouping="model"),
        cost("its team", 3.0, "search", grouping="team"),
        cost("as reported", 4.5, grouping="", measure="reported_cost_usd"),
    ]

    assert additional_dollars(seen) == 5.5


def test_the_same_series_later_costs_more() -> None:
    later = [cost(f"minute {minute}", 3.0, "gpt-4o", grouping="model") for minute in range(3)]

    assert additional_dollars(later) == 9


def test_the_cost_of_one_request_and_savings_are_no_additional_cost() -> None:
    dear = replace(cost("p95", 7.0, grouping=""), series=Series(("acme", ""), "computed_cost_usd", "p95"))

    assert additional_dollars([dear, cost("less", -4.0, grouping="")]) == 0
    assert additional_dollars([]) == 0
