"""The registry of measures: what it declares, and what it refuses."""

import pytest

from shared.errors import RejectedError
from shared.measures.measure import GREATEST_STORED, MEASURES, Measure, measure_named

INFERENCE = {
    "requests", "errors", "latency_ms", "ttft_ms", "input_tokens", "output_tokens", "cached_input_tokens",
    "reasoning_tokens", "reported_cost_usd", "computed_cost_usd",
}  # fmt: skip


def test_the_measures_of_an_llm_call_are_declared() -> None:
    assert MEASURES.keys() >= INFERENCE


def test_money_is_kept_to_the_nano_dollar_and_time_to_the_microsecond() -> None:
    assert measure_named("reported_cost_usd").scale == 10**9
    assert measure_named("latency_ms").scale == 10**3
    assert measure_named("input_tokens").scale == 1


def test_an_invoice_line_may_be_a_thousand_times_as_dear_as_a_call() -> None:
    assert measure_named("reported_cost_usd").scale == 1000 * measure_named("api_cost_usd").scale


@pytest.mark.parametrize("measure", MEASURES.values(), ids=lambda measure: measure.name)
def test_every_measure_has_a_unit_a_scale_and_a_sentence(measure: Measure) -> None:
    assert measure.name == measure.name.lower()
    assert measure.unit
    assert 1 <= measure.scale <= GREATEST_STORED
    assert measure.description.endswith(".")


def test_a_custom_metric_is_a_measure_by_its_prefix() -> None:
    assert measure_named("custom.rouge-L").unit == "value"


@pytest.mark.parametrize("name", ["latency", "", "custom.", "Requests"])
def test_an_unknown_measure_is_refused_by_name(name: str) -> None:
    with pytest.raises(RejectedError, match="no measure") as refused:
        measure_named(name)

    assert refused.value.code == "unknown_measure"
