from dataclasses import replace

from infra.local.recording import Recorded
from infra.local.report import changes, shortfalls
from infra.local.requests import Post
from infra.local.sending import Answered
from infra.local.totals import Totals

SENT = {"requests": 2, "errors": 1, "input_tokens": 30, "output_tokens": 7}
RECORDED = Recorded(
    name="trace",
    tenant="run",
    start="2026-11-22T10:05:12.345678Z",
    end="2026-11-22T10:06:00.000000Z",
    events=3,
    expected={"gpt": SENT},
)
POSTS = [Post(b"", {}, items=4, invalid=1), Post(b"", {}, items=3, invalid=0, again=3)]
ANSWERED = Answered(accepted=6, rejected=1, again=3)
SHOWN = Totals({"gpt": {**SENT, "events": 2}, None: {"events": 1}})


def test_a_run_of_which_all_is_there_once_falls_short_of_nothing() -> None:
    assert shortfalls(RECORDED, POSTS, ANSWERED, SHOWN) == []


def test_every_kind_of_shortfall_is_told() -> None:
    lost = Totals({"gpt": {**SENT, "input_tokens": 29, "events": 2}}, open_points=1)

    told = shortfalls(RECORDED, POSTS, replace(ANSWERED, accepted=5, rejected=0), lost)

    assert told == [
        "accepted is not sent",
        "0 items were refused, 1 are invalid",
        "2 events are folded",
        "1 points are not final",
        "gpt: input_tokens is 29, sent was 30",
    ]


def test_a_replay_that_changes_a_sum_is_told_by_model_and_measure() -> None:
    doubled = Totals({"gpt": {**SENT, "events": 4}, None: {"events": 1}})

    assert changes(SHOWN, SHOWN) == []
    assert changes(SHOWN, doubled) == ["gpt: events was 2, is 4"]
