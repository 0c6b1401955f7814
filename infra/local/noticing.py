"""Has the hub learn what is usual from what was replayed, and reads what it noticed from the queue on its bus."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config
from rich.console import Console
from rich.table import Table

from infra.local.clock import client
from infra.local.deploying import REGION, Deployed
from infra.local.emulator import Emulator
from infra.local.hub import HubRefusedError
from perf.workloads.story import Incident

_LEARNS_SECONDS = 240
_PATIENCE_SECONDS = 60
_SLACK = timedelta(minutes=3)
"""A window may close, and its neighbours be found, a little after what happened."""

Json = dict[str, Any]
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Noticed:
    """What was told of a tenant, the oldest first, and since when it was not only learned from."""

    alerts: Sequence[Json]

    def of(self, incident: Incident) -> list[Json]:
        """What may speak of an incident: in its time, of one of its measures, in its place or of all."""
        return [alert for alert in self.alerts if _speaks_of(alert, incident)]

    def unexpected(self, incidents: Sequence[Incident]) -> list[Json]:
        """Told in the quiet time before the first incident began."""
        first = min(incident.start for incident in incidents)
        return [alert for alert in self.alerts if _begin(alert) < first.replace(second=0)]


def learn(emulator: Emulator, deployed: Deployed, since: datetime, until: datetime, tell: Tell) -> None:
    """Fold all windows since an instant anew, as after an import of history; return when `until` is folded."""
    asked: Json = {"command": "learn", "from": since.astimezone(UTC).isoformat()}
    give_up = time.monotonic() + _LEARNS_SECONDS
    reached = _ask(emulator, deployed, asked)
    while reached is None or reached < until:
        if time.monotonic() > give_up:
            raise HubRefusedError(f"the hub has learned only up to {reached}")
        tell(f"learned up to {reached:%H:%M}" if reached else "learning")
        time.sleep(2)
        reached = _ask(emulator, deployed, {"command": "status"})


def _ask(emulator: Emulator, deployed: Deployed, asked: Json) -> datetime | None:
    make: Any = boto3.client
    patient = make(
        "lambda",
        endpoint_url=emulator.url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 (the emulator takes any)
        config=Config(read_timeout=_LEARNS_SECONDS, retries={"max_attempts": 0}),
    )
    answer = patient.invoke(FunctionName=deployed.anomaly_function, Payload=json.dumps(asked))
    told = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or "error" in told:
        raise HubRefusedError(f"{asked['command']} was refused: {told}")
    return datetime.fromisoformat(told["next"]) if told["next"] else None


def noticed(emulator: Emulator, deployed: Deployed, tenant: str, enough: Callable[[Noticed], bool]) -> Noticed:
    """What the queue has, until that is enough or nothing more is to be expected."""
    alerts: dict[str, Json] = {}
    give_up = time.monotonic() + _PATIENCE_SECONDS
    while True:
        for told in _received(emulator, deployed.alert_queue):
            if told["detail-type"] == "Anomaly Detected" and told["detail"]["tenant"] == tenant:
                alerts[told["detail"]["anomaly_id"]] = told["detail"]
        found = Noticed(sorted(alerts.values(), key=_begin))
        if enough(found) or time.monotonic() > give_up:
            return found
        time.sleep(2)


def _received(emulator: Emulator, queue: str) -> Iterator[Json]:
    sqs = client("sqs", emulator)
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            yield json.loads(message["Body"])


def show(console: Console, incidents: Sequence[Incident], found: Noticed) -> None:
    table = Table(title="What the hub noticed and told, read from a queue on its event bus")
    table.add_column("incident", no_wrap=True)
    table.add_column("from", no_wrap=True)
    table.add_column("severity", no_wrap=True)
    table.add_column("told", overflow="fold")
    for alert in found.alerts:
        names = [incident.name for incident in incidents if _speaks_of(alert, incident)]
        row = (", ".join(names), f"{_begin(alert):%H:%M}", alert["severity"], alert["explanation"])
        table.add_row(*row, style=None if names else "yellow")
    console.print(table)


def shortfalls(incidents: Sequence[Incident], found: Noticed) -> list[str]:
    """Every incident that nobody was told of, and every alert of the quiet time before them."""
    missed = [f"nobody was told of the {incident.name}" for incident in incidents if not found.of(incident)]
    false = [f"told without cause: {alert['explanation']}" for alert in found.unexpected(incidents)]
    return [*missed, *false]


def _speaks_of(alert: Json, incident: Incident) -> bool:
    is_then = incident.start - timedelta(minutes=1) <= _begin(alert) < incident.end + _SLACK
    place = alert["common_dimensions"] or alert["dimensions"]
    is_there = incident.where is None or not place or not {incident.where, *incident.within}.isdisjoint(place.items())
    return is_then and is_there and alert["measure"] in incident.measures


def _begin(alert: Json) -> datetime:
    return datetime.fromisoformat(alert["window_start"])
