from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from perf.capacity.figures import Measured, limits
from perf.capacity.plan import Load, Plan, breaking
from perf.capacity.simulating import Played, Scenario, play

PAGE = Path(__file__).parents[3] / "docs" / "capacity.md"
MEASURED = Measured.stored()
SCALED = Scenario(
    seconds=600, hot_from=100, hot_until=500, split_at=200, outage_from=300, outage_until=360, hot_share=0.3
)


def test_shards_carry_what_arrives_and_what_every_reader_takes() -> None:
    plan = Plan(Load.of(100_000), MEASURED)

    assert plan.bytes_in <= plan.shards * limits()["shard_bytes_in"]
    assert plan.bytes_in * 4 <= plan.shards * limits()["shard_bytes_out"]
    assert plan.load.partitions % plan.shards == 0


def test_the_part_that_breaks_first_holds_until_then() -> None:
    load = Load.of(10_000)

    most, first = breaking(load, MEASURED)

    assert Plan(replace(load, events_per_second=most), MEASURED).parts()[0].share <= 1
    assert 1 < first.share < 1.1


def test_the_table_in_the_documents_is_what_is_computed() -> None:
    [_, _, *rows] = [line for line in PAGE.read_text().splitlines() if line.startswith("|")]

    for row in rows:
        events, _, shards, _, functions, fresh, _, _ = [cell.strip() for cell in row.strip("|").split("|")]
        plan = Plan(Load.of(float(events.replace(",", ""))), MEASURED)
        assert (int(shards), int(functions)) == (plan.shards, round(plan.concurrency))
        assert fresh == f"{plan.fresh_after_seconds:.0f} s"


def test_a_growing_item_breaks_at_the_writes_of_one_key_and_segments_do_not() -> None:
    items, segments = Load(5_000, layout="items"), Load(5_000, layout="segments")

    assert Plan(items, MEASURED).parts()[0].name == "state under one key, writes"
    assert Plan(segments, MEASURED).parts()[0].share < 1


@pytest.mark.parametrize("load", [Load.of(10_000), Load.of(100_000)])
def test_lag_recovers_and_nothing_is_lost_through_a_hot_tenant_a_split_and_an_outage(load: Load) -> None:
    played = play(load, MEASURED, SCALED)

    assert played.worst_lag == pytest.approx(60, abs=10)
    assert played.recovered_after < SCALED.seconds - SCALED.outage_until
    assert played.waiting < load.events_per_second
    assert conserved(played)
    assert not played.pushed_back.any()


def test_the_backlog_of_an_outage_drains_at_what_the_shards_give_out_besides_what_arrives() -> None:
    plan = Plan(Load.of(100_000), MEASURED)
    quiet = replace(SCALED, hot_share=0.0, hot_trace_share=0.0)

    played = play(plan.load, MEASURED, quiet)

    spare = plan.shards * 2_000_000 / plan.bytes_of_event - 4 * plan.load.events_per_second
    expected = 60 * plan.load.events_per_second / spare
    assert played.recovered_after == pytest.approx(expected, rel=0.3)


def test_more_than_a_partition_bears_under_one_correlation_id_never_recovers() -> None:
    runaway = replace(SCALED, hot_trace_share=0.03, hot_until=600)

    played = play(Load.of(100_000), MEASURED, runaway)

    assert played.recovered_after == float("inf")
    assert conserved(played)


def test_a_shard_that_is_full_pushes_back_and_loses_nothing() -> None:
    flood = replace(SCALED, seconds=120, hot_from=10, hot_until=40, hot_share=3.0, outage_from=0, outage_until=0)
    load = Load(300_000, partitions=64, layout="segments")

    played = play(load, MEASURED, flood)

    assert played.pushed_back.any()
    assert conserved(played)


def conserved(played: Played) -> bool:
    """What was sent is accepted or waits at the door to be sent again; what is accepted is folded or waits, at every second."""
    accounted = np.allclose(played.sent, played.accepted + played.pushed_back, rtol=1e-9)
    return bool(accounted and np.all(played.accepted - played.folded > -1e-3) and np.all(np.diff(played.folded) >= 0))
