"""What a hub costs: nothing is forgotten, and more traffic never costs less."""

import tomllib
from typing import Any

import pytest

from perf.cost import measuring
from perf.cost.bill import HERE
from perf.cost.hubs import SENDERS, SHAPES, Shape
from perf.cost.pricing import UnpricedError, line_of
from perf.cost.usage import usage_of
from shared.events.event import Event

PRICES, MEASURED = (tomllib.loads((HERE / name).read_text()) for name in ("prices.toml", "measured.toml"))


def price_of(kind: str, shape: Shape, name: str = "Any1A2B3C4D", **properties: Any) -> float:
    line = line_of(name, {"Type": kind, "Properties": properties}, usage_of(shape, MEASURED), PRICES)
    assert line
    return line.month_usd


def test_a_resource_that_nobody_has_priced_is_an_error() -> None:
    with pytest.raises(UnpricedError, match="AWS::EC2::NatGateway"):
        price_of("AWS::EC2::NatGateway", SHAPES[0])


def test_what_is_free_is_no_line() -> None:
    assert line_of("Role", {"Type": "AWS::IAM::Role"}, usage_of(SHAPES[0], MEASURED), PRICES) is None


@pytest.mark.parametrize("table", ["WindowStateA3B01D0B", "EventIndex72618167", "Rollups22D70941"])
def test_a_table_costs_more_the_more_traffic_there_is(table: str) -> None:
    costs = [price_of("AWS::DynamoDB::Table", shape, table) for shape in SHAPES]

    assert costs == sorted(costs)


def test_the_event_index_is_priced_as_by_hand() -> None:
    """KB that the index writes for an event x the price of a million units, and what 30 days of it take."""
    shape = SHAPES[2]
    month, sizes = shape.events_per_second * 730 * 3600, MEASURED["hubs"][str(shape.events_per_second)]
    recoverable = {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}
    seldom_read = {"TableClass": "STANDARD_INFREQUENT_ACCESS"}
    by_hand = month * (sizes["index_kb"] * 0.625e-6 + sizes["index_bytes"] / 1e9 * (0.25 + 0.20))
    by_hand_seldom_read = month * (sizes["index_kb"] * 0.78e-6 + sizes["index_bytes"] / 1e9 * 0.10)

    assert price_of("AWS::DynamoDB::Table", shape, "EventIndex1A", **recoverable) == pytest.approx(by_hand)
    assert price_of("AWS::DynamoDB::Table", shape, "EventIndex1A", **seldom_read) == pytest.approx(by_hand_seldom_read)


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return measuring.traffic(20_000)


@pytest.mark.parametrize("shape", SHAPES[:2])
def test_sizes_that_prices_are_made_of_are_those_of_the_code(shape: Shape, events: list[Event]) -> None:
    """Measured again on less of the same traffic; whoever changes a format measures anew."""
    packs, state, index = (of(shape, events) for of in (measuring.packs_of, measuring.state_of, measuring.index_of))
    found = packs | {f"state_{name}": size for name, size in state.items()}
    found |= {f"index_{name}": size for name, size in index.items()}

    written_down = MEASURED["hubs"][str(shape.events_per_second)]

    assert found == pytest.approx({name: written_down[name] for name in found}, rel=0.25)


@pytest.mark.parametrize("shape", SENDERS[:3])
def test_what_is_sent_at_once_is_packed_as_the_prices_say(shape: Shape, events: list[Event]) -> None:
    assert measuring.packs_of(shape, events) == pytest.approx(MEASURED["posts"][str(shape.sent_at_once)], rel=0.05)


def test_a_hub_is_the_cheaper_the_more_a_client_sends_at_once() -> None:
    gateways = [price_of("AWS::ApiGateway::RestApi", shape) for shape in SENDERS]

    assert gateways == sorted(gateways, reverse=True)


def test_a_gateway_is_paid_by_the_request() -> None:
    shape = SHAPES[2]
    requests = shape.posts_per_second * 730 * 3600 + 730 * 60

    assert price_of("AWS::ApiGateway::RestApi", shape) == pytest.approx(requests * 3.5e-6)
    assert shape.posts_per_second == 20
