"""What an operator may see of a failure: why it waits, of which partition and minutes, how many; ids, and no payload."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from functions.redrive.batches import given_up_batch
from functions.redrive.fitness import Judge, Judged, minutes_of
from shared.events.timestamps import format_timestamp
from shared.packs.failures import Failure, FailureKind, FailureRef
from shared.packs.pack import MeasuredPack, Tick

MOST_SHOWN = 100


def listed(failure: FailureRef) -> dict[str, Any]:
    return {
        "key": failure.key,
        "kind": str(failure.kind),
        "kept_at": failure.kept_at.isoformat(),
        "size_bytes": failure.size_bytes,
    }


def inspected(failure: Failure, judge: Judge) -> dict[str, Any]:
    """RejectedRecordError if Lambda's record of a batch cannot be read."""
    about = {"key": failure.key, "kind": str(failure.kind), "size_bytes": len(failure.data)}
    if failure.kind is FailureKind.QUARANTINED:
        reason = {name.replace("-", "_"): text for name, text in failure.reason.items()}
        return {**about, **reason, "records": _shown([failure.data], judge)}
    batch = given_up_batch(failure)
    shown = _shown([record.data for record in batch.records[:MOST_SHOWN]], judge)
    changes = islice(_changes(batch.changes), MOST_SHOWN - len(shown))
    counted = {"record_count": len(batch.records) + len(batch.changes)}
    return {**about, "function": batch.function, "code": batch.condition, **counted, "records": [*shown, *changes]}


def _shown(records: Iterable[bytes], judge: Judge) -> list[dict[str, Any]]:
    return [_record(content) for content in judge.judge(records)]


def _record(content: Judged) -> dict[str, Any]:
    if isinstance(content, Tick):
        return {"holds": "tick", "partition": content.partition, "sent_at": format_timestamp(content.sent_at)}
    if isinstance(content, MeasuredPack):
        return {"holds": "pack", **_pack(content)}
    return {"holds": "unfit", "code": content.code, "message": content.message}


def _pack(pack: MeasuredPack) -> dict[str, Any]:
    minutes = [minute.key for minute in minutes_of(pack.events)]
    return {
        "tenant": pack.header.tenant,
        "partition": pack.header.partition,
        "ingested_at": format_timestamp(pack.header.ingested_at),
        "events": len(pack.events),
        "minutes": len(minutes),
        "first_minute": minutes[0] if minutes else None,
        "last_minute": minutes[-1] if minutes else None,
        "event_ids": [event.event_id for event in pack.events[:3]],
    }


def _changes(changes: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for change in changes:
        keys = change["dynamodb"]["Keys"]
        yield {"holds": "change", "key": {name: next(iter(value.values())) for name, value in keys.items()}}
