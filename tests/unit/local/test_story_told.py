"""The story of `make run` without an emulator: its workload folded into minutes, and shown to the shipped detector."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from functions.anomaly.fold import Detection, FoldWindows
from infra.deployment import deployment_named
from infra.local.noticing import Noticed, shortfalls
from infra.local.workload import chosen_workload
from shared.anomalies.anomaly import Severity
from shared.anomalies.detector import judge
from shared.anomalies.learned import Scorer
from shared.anomalies.notices import Herald
from shared.anomalies.parameters import SHIPPED
from shared.events.decoding import decode_events
from shared.measures.observations import observe
from shared.measures.prices import Pricer
from shared.windows.closed import Cursor, Head
from shared.windows.folding import fold
from shared.windows.groups import bucket_of, group_keys
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.fakes.anomaly_store import InMemoryAnomalyStore
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.fold_store import InMemoryFoldStore
from tests.fakes.notice_bus import InMemoryNoticeBus
from tests.fakes.policy_store import InMemoryPolicyStore

ANCHOR = datetime(2026, 11, 22, 15, 3, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LOCAL = deployment_named("local")


def minutes_of(sent: Sequence[Mapping[str, Any]], start: datetime) -> dict[int, SummaryTable]:
    posts = (json.dumps(sent[first : first + 5_000]).encode() for first in range(0, len(sent), 5_000))
    events = [
        event for post in posts for event in decode_events(post, ndjson=False, received_at=ANCHOR + MINUTE).events
    ]
    Pricer()(events)
    minute = np.array([(datetime.fromisoformat(str(event.timestamp)) - start) // MINUTE for event in events])
    return {
        number: table.rekey(group_keys())
        for number, table in fold(observe(events, ["run"] * len(events)), minute).items()
    }


def told_of(minutes: Mapping[int, SummaryTable], start: datetime) -> list[dict[str, Any]]:
    """What a local hub tells of these minutes, each judged when it has closed."""
    closed, anomalies, bus, now = InMemoryClosedWindowStore(), InMemoryAnomalyStore(), InMemoryNoticeBus(), [start]
    detection = Detection(
        closed=closed,
        folds=InMemoryFoldStore(),
        anomalies=anomalies,
        policies=InMemoryPolicyStore(lambda: now[0]),
        herald=Herald(anomalies, bus, "https://hub/"),
        scorer=Scorer(judge, replace(SHIPPED, warm_up_windows=LOCAL.detection_warm_up_windows)),
        resolution=Resolution(LOCAL.detection_resolution),
        told_from=Severity(LOCAL.alerts_from),
        clock=lambda: now[0],
    )
    closed.create_cursor(Cursor(Window(start), Window(start)))
    for number in range((ANCHOR - start) // MINUTE):
        window = Window(start + number * MINUTE)
        table = minutes.get(number, SummaryTable.empty())
        refs = closed.put_parts(window, table.split(bucket_of))
        closed.put_head(Head(window, table.events(("run", "total")), 0, refs, window.end))
        assert closed.stored_cursor
        closed.stored_cursor = replace(closed.stored_cursor, next=window.next)
        now[0] = window.end + timedelta(seconds=40)
        FoldWindows(detection).run((), now[0] + MINUTE)
    return [json.loads(json.dumps(detail)) for kind, detail in bus.told if kind == "Anomaly Detected"]


def test_all_incidents_of_the_story_are_told_and_nothing_before_them() -> None:
    workload = chosen_workload({"SEED": "3"}, ANCHOR)
    start = datetime.fromisoformat(workload.start).replace(second=0, microsecond=0)

    told = told_of(minutes_of(workload.events, start), start)

    assert not shortfalls(workload.incidents, Noticed(told))
    assert len(told) <= 10
