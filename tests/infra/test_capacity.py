"""The plan of capacity counts on what is deployed."""

from typing import Any

import pytest

from perf.capacity import plan
from perf.capacity.figures import Measured
from tests.infra.synthesised import Synthesised, strings


def test_the_plan_reads_the_stream_as_the_hub_does(prod: Synthesised) -> None:
    readers = [mapping for mapping in prod.properties("AWS::Lambda::EventSourceMapping") if _reads_events(mapping)]
    [folding] = [mapping for mapping in readers if "Aggregation" in "".join(strings(mapping["FunctionName"]))]

    assert len(readers) == plan.READERS
    assert folding["ParallelizationFactor"] == plan.LANES
    assert folding["BatchSize"] == plan.BATCH_RECORDS
    assert folding["MaximumBatchingWindowInSeconds"] == plan.GATHERING_SECONDS


@pytest.mark.parametrize("events_per_second", [1_000, 100_000])
def test_prod_lets_every_lane_fold_at_once(prod: Synthesised, events_per_second: int) -> None:
    measured = Measured.stored()
    reserved = [
        function["ReservedConcurrentExecutions"]
        for function in prod.properties("AWS::Lambda::Function")
        if "ReservedConcurrentExecutions" in function
    ]

    assert max(reserved) >= plan.Plan(plan.Load.of(events_per_second), measured).lanes


def _reads_events(mapping: Any) -> bool:
    return "FnGetAttEvents" in "".join(strings(mapping.get("EventSourceArn", "")))
