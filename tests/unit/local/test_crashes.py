import json
from collections import Counter
from pathlib import Path

import pytest

from infra.local.chaos import duplicates_in, too_few
from infra.local.crashing import KILLS_PER_STAGE, STAGES, Crashes, crashes_of


def test_each_victim_of_each_stage_dies_a_few_times_and_no_more(tmp_path: Path) -> None:
    crashes = Crashes(1, tmp_path / "journal")

    for _ in range(200):
        for stage in (*STAGES, "access"):
            if crashes.is_due("function", stage):
                crashes.happened("function", stage)

    assert crashes_of(tmp_path / "journal") == {("function", stage): KILLS_PER_STAGE for stage in STAGES}


def test_the_same_seed_makes_the_same_choices(tmp_path: Path) -> None:
    first, second = Crashes(7, tmp_path / "first"), Crashes(7, tmp_path / "second")

    chosen = [[crashes.is_due("poller", "rollup") for _ in range(50)] for crashes in (first, second)]

    assert chosen[0] == chosen[1]
    assert {True, False} == set(chosen[0])


def test_for_one_that_ended_too_soon_the_next_one_dies(tmp_path: Path) -> None:
    schedules = [Crashes(seed, tmp_path / "journal") for seed in range(20)]

    for crashes in schedules:
        crashes.spared("function", "rollup")

    assert all(crashes.is_due("function", "rollup") for crashes in schedules)
    assert not all(crashes.is_due("function", "ingestion") for crashes in schedules)


def test_a_function_dies_within_the_time_that_its_last_invocation_took(tmp_path: Path) -> None:
    crashes = Crashes(1, tmp_path / "journal")
    crashes.lasted("rollup", 4.0)

    moments = [crashes.moment_seconds("rollup") for _ in range(100)]

    assert min(moments) < 0.5
    assert 3.5 < max(moments) <= 4.0


def test_where_nothing_crashed_there_is_no_journal(tmp_path: Path) -> None:
    assert crashes_of(tmp_path / "journal") == Counter()


def test_a_run_with_too_few_crashes_says_of_whom() -> None:
    crashes = Counter(
        {("function", stage): 2 for stage in STAGES} | {("poller", "aggregation"): 2, ("poller", "rollup"): 1}
    )

    assert too_few(crashes) == ["the poller of rollup was killed 1 times only"]


@pytest.mark.parametrize(
    ("message", "counted"),
    [
        (json.dumps({"_aws": {}, "EventsDuplicate": [3.0]}), 3),
        (json.dumps({"EventsDuplicate": [3.0]}) + "\nnot JSON\n" + json.dumps({"EventsDuplicate": 2}), 5),
        ("START RequestId: 1", 0),
        (json.dumps({"EventsFolded": [3.0]}), 0),
    ],
)
def test_copies_are_read_from_the_metric_lines(message: str, counted: int) -> None:
    assert duplicates_in(message) == counted
