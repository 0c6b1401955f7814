"""Pages together are the whole answer, whatever happens between them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.query.metrics import MOST_READ, Metrics
from functions.query.models import MetricsAnswer
from functions.query.parameters import MetricsParameters, SeriesParameters
from functions.query.series import Series
from shared.errors import RejectedRequestError
from shared.windows.closed import Cursor
from shared.windows.window import Window
from tests.builders.hub import ACME, NOON, SeededHub
from tests.builders.tables import cell

MINUTE = timedelta(minutes=1)
MODELS = ("claude", "gemini", "gpt-4o", None)


@pytest.fixture
def hub() -> SeededHub:
    """Two hours and a quarter of four models, the last ten minutes of it open."""
    hub = SeededHub()
    for minute in range(0, 135, 3):
        for number, model in enumerate(MODELS):
            hub.observe(NOON + minute * MINUTE, cell(model), input_tokens=minute + number)
    hub.close(NOON + 125 * MINUTE)
    return hub


NOW = NOON + 135 * MINUTE
ASKED: dict[str, Any] = {"measure": ["input_tokens"], "group_by": ["model"], "start": ["now-3h"]}


def page(hub: SeededHub, now: datetime = NOW, most_read: int = MOST_READ, **asked: Any) -> MetricsAnswer:
    parameters = MetricsParameters.of({"multiValueQueryStringParameters": ASKED | asked})
    return Metrics(hub.windows, lambda: now, most_read).answer(ACME, parameters)


def facts(pages: list[MetricsAnswer]) -> list[tuple[Any, ...]]:
    return [
        (series.dimensions["model"], point.start, point.sum)
        for answered in pages
        for series in answered.series
        for point in series.points
    ]


def all_pages(hub: SeededHub, limit: int, **asked: Any) -> list[MetricsAnswer]:
    pages = [page(hub, limit=[str(limit)], **asked)]
    while pages[-1].next:
        pages.append(page(hub, limit=[str(limit)], next=[pages[-1].next], **asked))
    return pages


@pytest.mark.parametrize("limit", [1, 7, 179, 180, 181])
def test_pages_hold_every_point_once(hub: SeededHub, limit: int) -> None:
    whole = page(hub)

    pages = all_pages(hub, limit)

    assert whole.next is None
    assert len(facts([whole])) == 180
    assert sorted(facts(pages), key=str) == sorted(facts([whole]), key=str)
    assert all(len(facts([answered])) == limit for answered in pages[:-1])


def test_points_of_a_series_are_in_order_of_time_over_all_pages(hub: SeededHub) -> None:
    pages = all_pages(hub, 7)

    for model in MODELS:
        starts = [start for name, start, _ in facts(pages) if name == model]
        assert starts == sorted(starts)


def test_windows_that_close_between_pages_are_neither_lost_nor_doubled(hub: SeededHub) -> None:
    first = page(hub, limit=["100"])
    closed_later = Window(NOON + 135 * MINUTE)
    hub.stand_at(Cursor(closed_later, closed_later))

    rest = page(hub, now=NOW + 5 * MINUTE, next=[first.next or ""])

    assert len(set(facts([first, rest]))) == len(facts([first, rest])) == 180


def test_a_measure_that_few_rollups_have_is_paged_too(hub: SeededHub) -> None:
    pages = all_pages(hub, 5000, most_read=50)

    assert len(facts(pages)) == 180
    assert len(pages) == 4


def test_series_are_paged_in_order(hub: SeededHub) -> None:
    def known(**asked: Any) -> Any:
        parameters = SeriesParameters.of({"multiValueQueryStringParameters": {"group_by": ["model"]} | asked})
        return Series(hub.windows, lambda: NOW).answer(ACME, parameters)

    first = known(limit=["3"])
    rest = known(limit=["3"], next=[first.next])

    names = [series.dimensions["model"] for series in (*first.series, *rest.series)]
    assert names == [None, "claude", "gemini", "gpt-4o"]
    assert rest.next is None


def bookmark(**changed: Any) -> str:
    fields: dict[str, Any] = {
        "asked": "0",
        "start": "2026-11-22T12:00:00Z",
        "end": "2026-11-22T13:00:00Z",
        "closed_until": "2026-11-22T13:00:00Z",
    }
    return urlsafe_b64encode(json.dumps(list((fields | changed).values())).encode()).decode()


@pytest.mark.parametrize("next_", ["x", "!", "ü", "\ud800", "e30", "bnVsbA", bookmark(start="2026-11-22T12:00:00")])
def test_what_is_no_bookmark_is_refused(hub: SeededHub, next_: str) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        page(hub, next=[next_])

    assert (refused.value.status, refused.value.code) == (400, "invalid_next")


@pytest.mark.parametrize("changed", [{"end": "2029-11-22T13:00:00Z"}, {"end": "2026-11-22T12:00:00Z"}])
def test_a_bookmark_does_not_widen_a_range(hub: SeededHub, changed: dict[str, str]) -> None:
    asked = page(hub, limit=["1"]).next or ""
    fingerprint = json.loads(_decoded(asked))[0]

    with pytest.raises(RejectedRequestError) as refused:
        page(hub, next=[bookmark(asked=fingerprint, **changed)])

    assert refused.value.code == "invalid_next"


def test_a_bookmark_belongs_to_its_query(hub: SeededHub) -> None:
    first = page(hub, limit=["1"])

    with pytest.raises(RejectedRequestError, match="another query"):
        page(hub, next=[first.next], measure=["output_tokens"])


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
