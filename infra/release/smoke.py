"""Sends one event twice to a deployed hub and waits until it is counted, once."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from infra.invoking import Invoke

ACCEPTED = 202
BETWEEN_LOOKS = timedelta(seconds=5)
Sleep = Callable[[float], None]


class SmokeError(Exception):
    """What the hub did not do, in one sentence."""


class Answering(Protocol):
    """What an HTTP call came to."""

    @property
    def status(self) -> int: ...
    def json(self) -> Any: ...


class Asking(Protocol):
    """The hub's API with a key of ours."""

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answering: ...
    def get(self, path: str, **parameters: str) -> Any: ...


@dataclass(frozen=True, slots=True)
class Smoke:
    """`hub_with` opens the API with a key. Each test is a tenant of its own, whose key is revoked at the end."""

    access: Invoke
    hub_with: Callable[[str], Asking]
    patience: timedelta = timedelta(minutes=5)
    sleep: Sleep = time.sleep

    def test(self, now: datetime) -> None:
        tenant = f"smoke-{now:%Y%m%d-%H%M%S}"
        asked = {"tenant": tenant, "role": "admin", "name": tenant, "rate_plan": "standard", "valid_days": 1}
        made = self.access({"command": "create_key", **asked})
        try:
            self._send_and_wait(self.hub_with(made["api_key"]), now)
        finally:
            self.access({"command": "revoke_key", "tenant": tenant, "key_id": made["key"]["key_id"]})

    def _send_and_wait(self, hub: Asking, now: datetime) -> None:
        body = json.dumps(event(now)).encode()
        for _ in range(2):
            answer = hub.post("/v1/events", body, {"content-type": "application/json"})
            if answer.status != ACCEPTED or answer.json()["accepted"] != 1:
                raise SmokeError(f"an event was answered {answer.status}: {answer.json()}")
        for _ in range(max(1, self.patience // BETWEEN_LOOKS)):
            if counted := _counted(hub, now):
                break
            self.sleep(BETWEEN_LOOKS.total_seconds())
        if counted != 1:
            raise SmokeError(f"an event that was sent twice is counted {counted} times")


def _counted(hub: Asking, now: datetime) -> int:
    start, end = (now - timedelta(minutes=2)).isoformat(), (now + timedelta(minutes=2)).isoformat()
    series = hub.get("/v1/metrics", measure="events", start=start, end=end)["series"]
    return sum(point["count"] for each in series for point in each["points"])


def event(now: datetime) -> dict[str, Any]:
    return {
        "timestamp": now.astimezone(UTC).isoformat(),
        "source_module": "llm-analytics-hub",
        "event_type": "lifecycle",
        "severity": "info",
        "environment": "smoke",
        "payload": {"payload_type": "custom", "custom_type": "hub.smoke", "data": {"at": now.isoformat()}},
    }
