"""The pipeline's clock on the local hub: how far it has come, and how to make it beat at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from infra.local.deploying import REGION
from infra.local.endpoint import Endpoint
from infra.local.hub import Hub

_STAGE = "POWERTOOLS_SERVICE_NAME"


def client(service: str, emulator: Endpoint) -> Any:
    make: Any = boto3.client
    return make(
        service,
        endpoint_url=emulator.url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 (the emulator takes any)
    )


def function_of(emulator: Endpoint, stage: str) -> str:
    """The deployed function of a stage: its physical name is CloudFormation's choice."""
    return next(name for name, of_stage in _functions(emulator) if of_stage == stage)


def _functions(emulator: Endpoint) -> Iterator[tuple[str, str | None]]:
    for page in client("lambda", emulator).get_paginator("list_functions").paginate():
        for function in page["Functions"]:
            yield function["FunctionName"], function.get("Environment", {}).get("Variables", {}).get(_STAGE)


def tick(emulator: Endpoint) -> None:
    """One beat besides the schedule's, so that nobody waits for the next full minute; ticks may come twice."""
    client("lambda", emulator).invoke(FunctionName=function_of(emulator, "heartbeat"))


def watermark(hub: Hub) -> datetime | None:
    """Up to when every partition is complete."""
    return _instant(hub.health().get("watermark"))


def cursor(hub: Hub) -> datetime | None:
    """The next minute to be announced."""
    return _instant(hub.health().get("cursor"))


def end_of_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0) + timedelta(minutes=1)


def written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
