"""A load test is as large and as long as it is told, and says what was exceeded."""

import pytest

from perf.load.limits import Told, broken
from perf.load.stages import LOAD, SOAK, STRESS, length, scaled, users_at
from perf.load.watching import Sample, Used, growth, most_grown

FINE = Told(requests=100, failed=0, p50_ms=50, p95_ms=250, p99_ms=400)


def test_the_stages_are_those_of_the_specification() -> None:
    assert [length(stages) / 60 for stages in (LOAD, STRESS, SOAK)] == [33, 19, 1_440]
    assert max(stage.users for stage in LOAD) == 10_000
    assert max(stage.users for stage in STRESS) == 20_000


@pytest.mark.parametrize("stages", [LOAD, STRESS, SOAK])
def test_a_scaled_test_reaches_its_peak_and_ends_in_time(stages: tuple) -> None:  # type: ignore[type-arg]
    small = scaled(stages, size=0.001, seconds=90)

    users = [users_at(small, second) for second in range(95)]

    peak = round(max(stage.users for stage in stages) * 0.001)
    assert max(each for each in users if each) == peak
    assert None not in users[:90]
    assert set(users[91:]) == {None}


@pytest.mark.parametrize(
    ("name", "told", "said"),
    [
        ("ingest", FINE, []),
        ("ingest", Told(0, 0, 0, 0, 0), ["ingest: nothing was asked"]),
        ("batch", Told(100, 2, 50, 250, 400), ["batch: 2 of 100 failed, 1% may"]),
        ("live", Told(100, 0, 50, 501, 1_001), ["live: p95 501 ms, 500 may be", "live: p99 1,001 ms, 1,000 may be"]),
        ("query", Told(100, 0, 50, 301, 400), ["query: p95 301 ms, 300 may be"]),
    ],
)
def test_whatever_is_exceeded_is_said(name: str, told: Told, said: list[str]) -> None:
    assert list(broken({name: told}, stress=False)) == said


def test_a_stress_test_bears_more() -> None:
    assert not list(broken({"query": Told(100, 4, 50, 1_500, 1_900)}, stress=True))
    assert len(list(broken({"query": Told(100, 6, 50, 1_500, 2_001)}, stress=True))) == 2


def test_one_process_more_is_no_leak() -> None:
    samples = [
        Sample({pid: Used("query", 100.0, 20) for pid in range(processes)}, items=0) for processes in range(1, 9)
    ]

    assert growth(samples) == {"memory": 0.0, "handles": 0.0, "items_a_sample": 0.0}


def test_a_leak_is_found_and_its_function_named() -> None:
    samples = [
        Sample({1: Used("query", 100.0 + 5 * at, 20 + at), 2: Used("live", 50.0, 10)}, items=3 * at) for at in range(16)
    ]

    assert growth(samples) == {"memory": 0.225, "handles": 0.225, "items_a_sample": 3.0}
    assert most_grown(samples, "memory_mb") == [("query", 40.0)]
