"""CPU of taking in a POST of 500 events."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import msgspec
import simdjson

from perf.benchmarks import naive
from perf.benchmarks.deployed import Context, handler, post
from perf.benchmarks.rounds import Contestant, microseconds_per_event
from perf.workloads.traffic import generate

SEED = 20261122
EVENTS = 500
POSTS = 8


def bodies(posts: int, events: int, seconds: float) -> list[bytes]:
    """POSTs of so many events each, all within the last so many seconds."""
    now = datetime.now(UTC)
    traffic = generate(SEED, now - timedelta(seconds=seconds), now, posts * events)
    return [msgspec.json.encode(list(islice(traffic, events))) for _ in range(posts)]


def measure() -> dict[str, float]:
    sent = bodies(POSTS, EVENTS, seconds=30)
    posts = [post(body) for body in sent]
    hub, context = handler("ingestion"), Context()
    kinesis, _ = naive.clients()
    _check(hub(posts[0], context))
    invocations = [*map(msgspec.json.encode, posts)]
    contestants = {
        "hub_us": Contestant(lambda given: hub(given, context), invocations),
        "naive_us": Contestant(lambda given: naive.ingest(given, kinesis), invocations),
        "scan_us": Contestant(simdjson.Parser().parse, sent, read=bytearray),
    }
    return microseconds_per_event(contestants, POSTS * EVENTS)


def _check(answer: dict[str, object]) -> None:
    """A benchmark of refusals would be fast."""
    if answer["statusCode"] != 202 or f'"accepted":{EVENTS}' not in str(answer["body"]):
        raise RuntimeError(f"the hub did not take the events: {answer}")
