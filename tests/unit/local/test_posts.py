import gzip
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from backports import zstd

from infra.local import recording
from infra.local.requests import ITEMS_PER_POST, Post, posts_of
from infra.local.workload import chosen_workload, totals_by_model
from shared.events.decoding import decode_events

ANCHOR = datetime(2026, 11, 22, 10, 5, 12, tzinfo=UTC)
INFLATE: dict[str | None, Callable[[bytes], bytes]] = {"gzip": gzip.decompress, "zstd": zstd.decompress, None: bytes}
WORKLOAD = chosen_workload({"REQUESTS": "1800"}, ANCHOR)


def items_of(post: Post) -> list[dict[str, object]]:
    items: list[dict[str, object]] = json.loads(INFLATE[post.headers.get("content-encoding")](post.body))
    return items


def test_every_valid_item_is_sent_and_some_are_sent_again() -> None:
    posts = list(posts_of(WORKLOAD))
    sent = Counter(item["event_id"] for post in posts for item in items_of(post))

    assert {event["event_id"] for event in WORKLOAD.events} <= sent.keys()
    assert sum(post.items - post.invalid - post.again for post in posts) == len(WORKLOAD.events)
    assert sum(post.again for post in posts) > ITEMS_PER_POST
    assert max(post.items for post in posts) == ITEMS_PER_POST


def test_the_hub_refuses_exactly_the_mistakes() -> None:
    for post in posts_of(WORKLOAD):
        decoded = decode_events(json.dumps(items_of(post)).encode(), ndjson=False, received_at=ANCHOR)

        assert (len(decoded.events), len(decoded.rejections)) == (post.items - post.invalid, post.invalid)


def test_bodies_come_in_every_encoding() -> None:
    encodings = {post.headers.get("content-encoding") for post in posts_of(WORKLOAD)}

    assert encodings == {None, "gzip", "zstd"}


def test_what_is_recorded_is_loaded_to_the_byte(tmp_path: Path) -> None:
    recorded = recording.recorded_of(WORKLOAD, "tenant")
    posts = recording.save(tmp_path / "last-run", recorded, posts_of(WORKLOAD))

    assert recording.load(tmp_path / "last-run") == (recorded, posts)


def test_the_expected_totals_are_sums_over_calls() -> None:
    totals = totals_by_model(WORKLOAD.events)

    calls = [event["payload"]["data"] for event in WORKLOAD.events if "request_id" in event["payload"]["data"]]
    assert sum(total["requests"] for total in totals.values()) == len(calls)
    assert 1700 < len(calls) < 1900, "the traffic stops before the end, and an attack comes on top"
    assert sum(total["errors"] for total in totals.values()) == sum("error_type" in call for call in calls) > 0
