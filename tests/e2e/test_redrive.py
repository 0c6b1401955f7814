"""On the emulator: what was given up is counted once, and what was archived changes nothing when it is replayed."""

import io
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from infra.cli import main
from infra.deployment import deployment_named
from infra.invoking import CommandedFunction
from infra.local import report, totals, waiting
from infra.local.clock import client, function_of
from shared.events.decoding import decode_events
from shared.packs.archive import archived_packs
from shared.packs.packing import Packing
from tests.builders.arrivals import arrived
from tests.builders.failures import GIVEN_UP, given_up, kinesis_event
from tests.e2e.conftest import LocalHub
from tests.e2e.early import Early

pytestmark = [pytest.mark.network, pytest.mark.timeout(300), pytest.mark.needs("table_streams")]

TENANT = "redriven"
PATIENCE_SECONDS = 60


def test_a_batch_given_up_is_counted_once_and_a_replay_changes_nothing(local_hub: LocalHub, early: Early) -> None:
    hub, recorded, at = early.halved.hub, early.halved.recorded, early.halved.at

    give_up(local_hub, early.halved.left, at)
    status = command(local_hub, "redrive", "publish", GIVEN_UP)
    found = waiting.until_final(hub, local_hub.emulator, recorded, print)

    assert status == 0
    assert found.of("events") == recorded.events
    assert archived(local_hub, recorded.events) == recorded.events

    times = [(at + timedelta(hours=hours)).isoformat() for hours in (-1, 1)]
    status = command(local_hub, "replay", "--from", times[0], "--to", times[1], "--tenant", TENANT)
    waiting.until_read(hub, local_hub.emulator, datetime.now(UTC), print)

    assert status == 0
    assert report.changes(found, totals.fetch(hub, recorded)) == []
    assert archived(local_hub, recorded.events) == recorded.events


def give_up(local_hub: LocalHub, events: Any, now: datetime) -> None:
    """As if Lambda had: the emulator itself never gives up."""
    decoded = decode_events(json.dumps(events).encode(), ndjson=False, received_at=now)
    records = Packing(deployment_named("local").partitions, timedelta(hours=24)).pack(decoded.events, TENANT, now)
    batch = [arrived(record.data, partition=record.partition) for record in records]
    client("s3", local_hub.emulator).put_object(
        Bucket=bucket(local_hub, "failures"), Key=GIVEN_UP, Body=given_up(kinesis_event(batch))
    )


def command(local_hub: LocalHub, *arguments: str) -> int:
    emulator = local_hub.emulator
    redrive = CommandedFunction(client("lambda", emulator), function_of(emulator, "redrive"))
    return main(arguments, Console(file=io.StringIO()), lambda *_: redrive.invoke)


def archived(local_hub: LocalHub, expected: int) -> int:
    """How many events of the tenant are in the archive, once there are as many as expected, or after some patience."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while (found := _archived(local_hub)) < expected and time.monotonic() < give_up_at:
        time.sleep(1)
    return found


def _archived(local_hub: LocalHub) -> int:
    s3, name = client("s3", local_hub.emulator), bucket(local_hub, "archive")
    keys = [
        each["Key"] for each in s3.list_objects_v2(Bucket=name, Prefix=f"events/tenant={TENANT}/").get("Contents", [])
    ]
    objects = [s3.get_object(Bucket=name, Key=key)["Body"].read() for key in keys]
    return sum(len(pack.events) for data in objects for pack in archived_packs(data))


def bucket(local_hub: LocalHub, holds: str) -> str:
    names: list[str] = [found["Name"] for found in client("s3", local_hub.emulator).list_buckets()["Buckets"]]
    return next(name for name in names if f"-{holds}" in name)
