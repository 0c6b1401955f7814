"""The naive design, honestly written: json, pydantic per event, one Kinesis record per event, loops per record.

It has no later stage, so it folds into the hub's seven groupings at once. It does less than the hub otherwise: no price,
no exactly-once, no late events, no bounds on values, nothing that merges with another batch; and it never reads state.
"""

import base64
import json
import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import boto3
import msgspec
from pydantic import ValidationError

from perf.benchmarks.naive_models import EventModel, model
from shared.measures.table import MEASURED, Measured
from shared.windows.groups import GROUPINGS

MEASURED_BY_MODEL: dict[type, Measured] = {
    model(kind): measured for kind, measured in MEASURED.items() if kind is not msgspec.Raw
}
Statistics = dict[str, float]


def ingest(proxied: dict[str, Any], kinesis: Any) -> dict[str, Any]:
    """Validate every item, and put each event as a record of its own."""
    records, rejected = [], []
    for index, item in enumerate(json.loads(base64.b64decode(proxied["body"]))):
        try:
            event = EventModel.model_validate(item)
        except ValidationError as error:
            rejected.append({"index": index, "message": str(error)})
        else:
            records.append({"Data": event.model_dump_json().encode(), "PartitionKey": event.event_id})
    kinesis.put_records(StreamName="events", Records=records)
    return {"statusCode": 202, "body": json.dumps({"accepted": len(records), "rejected": rejected})}


def aggregate(batch: dict[str, Any], dynamodb: Any) -> None:
    """Fold every record into the groups of its minute, and write one item for each of those."""
    windows: dict[tuple[Any, ...], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for record in batch["Records"]:
        event = EventModel.model_validate(json.loads(base64.b64decode(record["kinesis"]["data"])))
        measures = list(_measures(event.payload.data))
        for window in _windows(event):
            group = windows[window]
            for name, value in measures:
                group[name].append(value)
    with dynamodb.batch_writer() as writer:
        for key, group in windows.items():
            folded = {name: _statistics(values) for name, values in group.items()}
            writer.put_item(Item={"pk": key[0], "sk": json.dumps(key), "measures": json.dumps(folded)})


def records(bodies: list[dict[str, Any]]) -> list[bytes]:
    """The data of the records that the naive ingestion makes of these POSTs."""
    items = [item for body in bodies for item in json.loads(base64.b64decode(body["body"]))]
    return [EventModel.model_validate(item).model_dump_json().encode() for item in items]


def clients() -> tuple[Any, Any]:
    return boto3.client("kinesis"), boto3.resource("dynamodb").Table("windows")


def _windows(event: Any) -> Iterator[tuple[Any, ...]]:
    """The event's group in each grouping, in its minute."""
    data = event.payload.data
    dimensions = {
        "model": getattr(data, "model_id", None),
        "provider": getattr(data, "provider", None),
        "source_module": event.source_module,
        "environment": event.environment,
        "team": getattr(data, "team", None) or event.tags.get("team"),
    }
    for grouping in GROUPINGS:
        yield event.timestamp[:16], grouping, tuple(dimensions[dimension] for dimension in grouping)


def _measures(data: Any) -> Iterator[tuple[str, float]]:
    yield "events", 1
    measured = MEASURED_BY_MODEL[type(data)]
    for name in measured.counts:
        yield name, 1
    for name, value in zip(measured.values, measured.read(data), strict=True):
        if value is not None:
            yield name, value
    if measured.custom is not None:
        yield from measured.custom(data).items()


def _statistics(values: list[float]) -> Statistics:
    values.sort()
    count, total = len(values), sum(values)
    mean = total / count
    return {
        "count": count,
        "sum": total,
        "min": values[0],
        "max": values[-1],
        "mean": mean,
        "std_dev": math.sqrt(sum((value - mean) ** 2 for value in values) / count),
        "median": values[count // 2],
        "p95": values[int(count * 0.95)],
        "p99": values[int(count * 0.99)],
    }
