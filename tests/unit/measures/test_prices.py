"""The hub's own cost of a call."""

from typing import Any

import pytest

from shared.measures import prices
from shared.measures.price_table import Model, Price, PriceTable, Provider
from shared.measures.prices import Pricer
from tests.unit.measures.observing import call_of, event, inference

MICRO = 10**6  # pico-USD: a rate of $1 per million tokens


def sold(*lists: Price) -> Pricer:
    model = Model(id="gpt-4o", match=["equals", "gpt-4o"], prices=lists)
    provider = Provider(id="openai", match=None, model_match=None, fallbacks=[], models=[model])
    return Pricer(PriceTable(version="test/1", providers=[provider]))


def tier(above: float, rate: float) -> tuple[float, float, float, float, float, float]:
    return (above, rate, rate, rate, rate, rate)


def flat(rate: float, **conditions: Any) -> Price:
    return Price(tiers=(tier(-1, rate),), **conditions)


def cost(pricer: Pricer, at: str = "2026-11-22T10:05:12.345678Z", **fields: Any) -> float | None:
    call = inference(**fields)
    call.timestamp = at
    pricer([call])
    return call_of(call).computed_cost_usd


def test_parts_are_charged_at_their_own_rates_and_taken_off_the_totals() -> None:
    pricer = sold(Price(tiers=((-1, 1 * MICRO, 10 * MICRO, 0.1 * MICRO, 2 * MICRO, 20 * MICRO),)))

    charged = cost(pricer, input_tokens=1000, cached_input_tokens=600, cache_write_tokens=100, reasoning_tokens=50)

    assert charged == pytest.approx((300 * 1 + 600 * 0.1 + 100 * 2 + 150 * 10 + 50 * 20) / 1e6, abs=1e-12)


def test_a_tier_applies_to_all_tokens_of_a_longer_prompt() -> None:
    pricer = sold(Price(tiers=(tier(1000, 2 * MICRO), tier(-1, MICRO))))

    assert cost(pricer, input_tokens=1000, output_tokens=0) == 0.001
    assert cost(pricer, input_tokens=1001, output_tokens=0) == 0.002002


def test_a_price_holds_from_its_day_and_the_older_one_before() -> None:
    pricer = sold(flat(2 * MICRO, since="2026-11-22"), flat(MICRO))

    assert cost(pricer, "2026-11-21T23:59:59.999999Z", output_tokens=0) == 0.001
    assert cost(pricer, "2026-11-22T00:00:00.000000Z", output_tokens=0) == 0.002


@pytest.mark.parametrize(("hour", "charged"), [("16:29", 0.002), ("16:30", 0.001), ("23:59", 0.001), ("00:30", 0.002)])
def test_a_price_of_the_night_may_pass_midnight(hour: str, charged: float) -> None:
    pricer = sold(flat(MICRO, daily=("16:30:00.000000", "00:30:00.000000")), flat(2 * MICRO))

    assert cost(pricer, f"2026-11-22T{hour}:00.000000Z", output_tokens=0) == charged


def test_a_price_a_request_is_added() -> None:
    assert cost(sold(flat(0, request=5 * 10**9))) == 0.005


def test_a_priced_call_is_stamped_with_the_version_of_the_prices() -> None:
    call = inference()

    sold(flat(MICRO))([call])

    assert call_of(call).price_version == "test/1"


def test_an_unpriced_call_has_neither_cost_nor_version_whatever_its_sender_claims() -> None:
    call = inference(model_id="own", computed_cost_usd=1.0, price_version="mine")

    sold(flat(MICRO))([call])

    assert call_of(call).computed_cost_usd is None
    assert call_of(call).price_version is None


@pytest.mark.parametrize(
    "contradiction",
    [{"cached_input_tokens": 1001}, {"reasoning_tokens": 201}, {"cached_input_tokens": 600, "cache_write_tokens": 600}],
)
def test_parts_greater_than_their_total_have_no_price(contradiction: dict[str, Any]) -> None:
    assert cost(sold(flat(MICRO)), **contradiction) is None


def test_a_model_billed_in_other_units_is_unpriced_and_a_free_one_costs_nothing() -> None:
    assert cost(sold(Price(tiers=()))) is None
    assert cost(sold(flat(0))) == 0


def test_a_cost_too_great_to_be_stored_is_none() -> None:
    assert cost(sold(flat(1000 * MICRO)), input_tokens=2**32 - 1) is None


def test_events_of_other_kinds_are_left_alone() -> None:
    other = event(
        "security", {"security_type": "auth", "user_id": "u", "action": "login", "resource": "r", "success": True}
    )

    sold(flat(MICRO))([other])

    assert not hasattr(other.payload.data, "computed_cost_usd")


def test_only_so_many_models_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prices, "REMEMBERED_MODELS", 3)
    pricer = sold(flat(MICRO))

    pricer([inference(model_id=f"invented-{number}") for number in range(10)])

    assert len(pricer._known) <= 3
    assert cost(pricer) is not None
