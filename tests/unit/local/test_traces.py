import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from perf.workloads.traced import UnknownTraceError
from perf.workloads.traces import events_of_trace
from shared.events.decoding import decode_events

ANCHOR = datetime(2026, 11, 22, 10, 5, 12, 345678, tzinfo=UTC)
AZURE = (
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:15:46.6805900,374,44\n2023-11-16 18:15:50.9951690,396,109\n"
)


@pytest.fixture
def azure(tmp_path: Path) -> Path:
    file = tmp_path / "AzureLLMInferenceTrace_conv.csv"
    file.write_text(AZURE)
    return file


@pytest.fixture
def servegen(tmp_path: Path) -> Path:
    folder = tmp_path / "m-small"
    folder.mkdir()
    for client, distribution in (("1", "Gamma"), ("2", "Weibull")):
        quiet, busy = "0,0.1,1.0,Gamma,1.0,10.0", f"3600,2.0,1.5,{distribution},0.8,0.5"
        (folder / f"chunk-{client}-trace.csv").write_text(f"{quiet}\n{busy}\n4200,0,0,,0,0\n")
        tokens = {"input_tokens": "{100: 0.5, 300: 0.5}", "output_tokens": "{7: 1.0}"}
        (folder / f"chunk-{client}-dataset.json").write_text(json.dumps({"0": tokens}))
    (folder / "chunk-3-trace.csv").write_text("0,1.0,1.0,Gamma,1.0,1.0\n")
    return folder


def test_the_last_request_is_now_and_the_others_keep_their_distance(azure: Path) -> None:
    events = list(events_of_trace(azure, ANCHOR))

    assert [event["timestamp"] for event in events] == ["2026-11-22T10:05:08.031099Z", "2026-11-22T10:05:12.345678Z"]


def test_tokens_are_those_of_the_file(azure: Path) -> None:
    calls = [event["payload"]["data"] for event in events_of_trace(azure, ANCHOR)]

    assert [(call["input_tokens"], call["output_tokens"]) for call in calls] == [(374, 44), (396, 109)]
    assert {call["model_id"] for call in calls} == {"azure-conv"}


def test_the_same_run_makes_the_same_events_and_another_run_other_ids(azure: Path) -> None:
    first, same = list(events_of_trace(azure, ANCHOR)), list(events_of_trace(azure, ANCHOR))
    later = list(events_of_trace(azure, ANCHOR.replace(hour=11)))

    assert first == same
    assert not {event["event_id"] for event in first} & {event["event_id"] for event in later}


def test_servegen_is_sampled_from_the_busiest_hour_and_ends_now(servegen: Path) -> None:
    events = list(events_of_trace(servegen, ANCHOR, limit=400))

    assert 300 < len(events) < 500
    assert events[0]["timestamp"] > "2026-11-22T09:55"
    assert events[-1]["timestamp"] == "2026-11-22T10:05:12.345678Z"
    assert {event["payload"]["data"]["team"] for event in events} == {"chunk-1", "chunk-2"}
    assert {event["payload"]["data"]["input_tokens"] for event in events} == {100, 300}


def test_the_hub_takes_every_event_of_a_trace(azure: Path, servegen: Path) -> None:
    for trace in (azure, servegen):
        body = json.dumps(list(events_of_trace(trace, ANCHOR, limit=50))).encode()

        assert decode_events(body, ndjson=False, received_at=ANCHOR).rejections == []


def test_another_file_is_refused_by_name(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n")

    with pytest.raises(UnknownTraceError, match=r"other\.csv"):
        list(events_of_trace(other, ANCHOR))
