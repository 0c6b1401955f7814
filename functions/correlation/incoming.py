"""What an invocation brings: records of the event stream, anomalies that changed, or the minute's tick."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.anomalies.anomaly import Anomaly
from shared.packs.arrived import KAFKA, arrived_records, batch_name

STREAMS = {"aws:kinesis", KAFKA}
TABLE = "aws:dynamodb"


@dataclass(frozen=True, slots=True)
class Incoming:
    """`name` is that of the batch, the same whenever and however often it comes."""

    name: str = ""
    records: Sequence[bytes] = ()
    anomalies: Sequence[Anomaly] = ()


def incoming(event: Mapping[str, Any]) -> Incoming:
    """Of a schedule's event there is nothing to read: it only says that a minute has passed."""
    records = event.get("Records", [])
    source = event.get("eventSource") or (records[0]["eventSource"] if records else "")
    if source in STREAMS:
        arrived = arrived_records(event)
        return Incoming(batch_name(arrived), [record.data for record in arrived])
    if source == TABLE:
        images = [record["dynamodb"].get("NewImage", {}) for record in records]
        anomalies = [Anomaly.decode(image["anomaly"]["S"]) for image in images if "anomaly" in image]
        return Incoming(f"anomalies-{records[0]['dynamodb']['SequenceNumber']}", anomalies=anomalies)
    return Incoming()
