"""What was refused and what came too late, as people ask for it."""

from datetime import timedelta
from typing import Any

import pytest

from functions.query.parameters import QualityParameters
from functions.query.quality import Quality
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.errors import RejectedRequestError
from shared.events.refusals import LATE, Refused
from shared.packs.quarantine import QuarantinedRecord
from tests.builders.events import NOON
from tests.fakes.refusals import InMemoryRefusalCounts

ANN = Principal("acme", Role.VIEWER, "key_1", "standard")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def quality() -> Quality:
    counts = InMemoryRefusalCounts()
    counts.add("acme", Refused(NOON - 70 * MINUTE, {"invalid_event": 2, LATE: 1}))
    counts.add("acme", Refused(NOON - 61 * MINUTE, {"event_too_large": 5}))
    counts.add("acme", Refused(NOON - MINUTE, {"invalid_event": 1}))
    counts.add("umbrella", Refused(NOON - MINUTE, {"invalid_event": 9}))
    for sequence in ("1", "2"):
        counts.note(
            "acme", QuarantinedRecord("aggregation", "shard-0", sequence, "3", NOON - MINUTE, b"", "expired", "why")
        )
    return Quality(counts, lambda: NOON)


def asked(**values: str) -> Any:
    return QualityParameters.of({"multiValueQueryStringParameters": {name: [value] for name, value in values.items()}})


def test_refused_items_are_told_by_code_and_late_events_beside_them(quality: Quality) -> None:
    answer = quality.answer(ANN, asked(start="now-2h", resolution="1h"))

    assert (answer.rejected, answer.late, answer.by_code) == (8, 1, {"event_too_large": 5, "invalid_event": 3})
    assert [(point.start, point.late, point.rejected) for point in answer.points] == [
        (NOON - 120 * MINUTE, 1, {"event_too_large": 5, "invalid_event": 2}),
        (NOON - 60 * MINUTE, 0, {"invalid_event": 1}),
    ]


def test_quarantined_records_are_told_beside_what_was_refused(quality: Quality) -> None:
    answer = quality.answer(ANN, asked(start="now-2h", resolution="1h"))

    assert (answer.quarantined, answer.rejected) == (2, 8)
    assert [point.quarantined for point in answer.points] == [0, 2]


def test_a_resolution_that_nobody_names_is_as_fine_as_can_be_drawn(quality: Quality) -> None:
    spans = ("now-1h", "now-24h", "now-7d", "now-30d", "now-90d")

    assert [quality.answer(ANN, asked(start=start)).resolution for start in spans] == ["1m", "1m", "15m", "1h", "1d"]


def test_what_is_no_longer_kept_is_not_asked_for(quality: Quality) -> None:
    with pytest.raises(RejectedRequestError, match="at most 90 days"):
        quality.answer(ANN, asked(start="now-91d"))
