"""Records of the event stream as aggregation finds them: valid by default, a moment after their events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from shared.events.event import Event, EventType, Severity, SourceModule
from shared.events.telemetry import Inference, Operation, TelemetryPayload
from shared.packs.arrived import ArrivedRecord
from shared.packs.pack import PackHeader, Tick, encode_pack, encode_tick

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PARTITION = 3
_sequences = count(1)


def event_id(number: int) -> str:
    return str(UUID(int=number, version=4))


def call(number: int, at: datetime = NOON, tokens: int = 100, model: str = "small", team: str | None = None) -> Event:
    """One LLM call; the same number is the same event."""
    return Event(
        event_id=event_id(number),
        timestamp=at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        source_module=SourceModule.OBSERVATORY,
        event_type=EventType.TELEMETRY,
        severity=Severity.INFO,
        environment="production",
        payload=TelemetryPayload(
            data=Inference(
                operation=Operation.CHAT,
                provider="acme-ai",
                model_id=model,
                request_id=f"request-{number}",
                latency_ms=12.5,
                input_tokens=tokens,
                output_tokens=2 * tokens,
                team=team,
            )
        ),
    )


def calls(numbers: range, at: datetime = NOON) -> list[Event]:
    return [call(number, at) for number in numbers]


def pack(
    events: Sequence[Event],
    *,
    tenant: str = "acme",
    partition: int = PARTITION,
    ingested_at: datetime = NOON,
    lateness: timedelta = timedelta(hours=24),
) -> bytes:
    return encode_pack(PackHeader(tenant, partition, ingested_at, lateness, len(events)), list(events))


def late_pack(events: Sequence[Event], **header: object) -> bytes:
    """The same, ingested two days after noon, when nothing of that day is folded any more."""
    return pack(events, ingested_at=NOON + timedelta(days=2), **header)  # type: ignore[arg-type]


def tick(partition: int = PARTITION) -> bytes:
    return encode_tick(Tick(partition, NOON))


def arrived(data: bytes, *, partition: int = PARTITION, at: datetime = NOON) -> ArrivedRecord:
    """A record of its own sequence number."""
    return ArrivedRecord(str(partition), "shardId-000000000000", f"{next(_sequences):021d}", at, data)


def again(record: ArrivedRecord, at: datetime) -> ArrivedRecord:
    """The same bytes put a second time by a producer that saw no answer."""
    return replace(record, sequence=f"{next(_sequences):021d}", arrived_at=at)
