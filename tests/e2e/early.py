"""What tests wait for long is sent as soon as the hub is up: windows close by the clock, whatever else is going on."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from infra.local import recording
from infra.local.clock import client
from infra.local.hub import Hub
from infra.local.recording import Recorded
from infra.local.requests import Post, posts_of
from infra.local.sending import Answered, send_all
from infra.local.workload import Workload
from perf.workloads.mistakes import mistakes
from perf.workloads.traffic import generate
from tests.builders.records import HEADER, raw_pack

if TYPE_CHECKING:
    from tests.e2e.conftest import LocalHub

JSON = {"content-type": "application/json"}
GARBAGE = b"\x00\x9cthis is no pack"
BROKEN = raw_pack({**HEADER, "tenant": "counted", "partition": 0, "events": 5})
"""Its header says whose it is, and its events are not there."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A tenant whose traffic, with mistakes and repetitions in it, had garbage in its middle."""

    hub: Hub
    recorded: Recorded
    posts: Sequence[Post]
    answered: Answered


@dataclass(frozen=True, slots=True)
class Mirrored:
    """A tenant whose windows shall be found in InfluxDB."""

    hub: Hub
    events: Sequence[dict[str, Any]]
    accepted: int


@dataclass(frozen=True, slots=True)
class Halved:
    """A tenant half of whose events were posted; `left` are the others."""

    hub: Hub
    recorded: Recorded
    left: Sequence[Any]
    at: datetime


@dataclass(frozen=True)
class Early:
    """Each is sent when it is first asked for; `send` asks for all."""

    local_hub: "LocalHub"

    def send(self) -> None:
        _ = self.counted, self.mirrored, self.halved

    @cached_property
    def counted(self) -> Counted:
        hub, _ = self.local_hub.client_of("counted")
        now = datetime.now(UTC)
        events = list(generate(7, now - timedelta(minutes=12), now, 1_500))
        workload = Workload("e2e", events, mistakes(7, events, 12))
        posts = list(posts_of(workload))
        half = len(posts) // 2
        answered = send_all(hub, posts[:half], on_answer=lambda _: None)
        for poison in (GARBAGE, BROKEN):
            self._put_into_stream(poison)
        answered += send_all(hub, posts[half:], on_answer=lambda _: None)
        return Counted(hub, recording.recorded_of(workload, "counted"), posts, answered)

    @cached_property
    def mirrored(self) -> Mirrored:
        hub, _ = self.local_hub.client_of("mirrored")
        now = datetime.now(UTC)
        events = [*generate(11, now - timedelta(minutes=4), now - timedelta(seconds=30), 300)]
        told = hub.post("/v1/events", json.dumps(events).encode(), JSON)
        return Mirrored(hub, events, told.json()["accepted"])

    @cached_property
    def halved(self) -> Halved:
        hub, _ = self.local_hub.client_of("redriven")
        now = datetime.now(UTC)
        workload = Workload("redrive", list(generate(11, now - timedelta(minutes=5), now, 300)), ())
        half = len(workload.events) // 2
        hub.post("/v1/events", json.dumps(workload.events[:half]).encode(), JSON)
        return Halved(hub, recording.recorded_of(workload, "redriven"), workload.events[half:], now)

    def _put_into_stream(self, data: bytes) -> None:
        kinesis = client("kinesis", self.local_hub.emulator)
        (stream,) = kinesis.list_streams()["StreamNames"]
        kinesis.put_record(StreamName=stream, Data=data, PartitionKey="0", ExplicitHashKey="0")
