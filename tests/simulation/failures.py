"""The failure bucket: what aggregation could not read, and the batches that an event source mapping gave up."""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from shared.packs.arrived import ArrivedRecord
from shared.packs.failures import Failure, FailureKind, FailureRef
from shared.packs.quarantine import QuarantinedRecord
from tests.builders.kafka import TOPIC, kafka_event
from tests.fakes.failure_store import InMemoryFailures
from tests.simulation.faults import World

FAILURES = "failures"
RecordId = tuple[str, str]
"""Shard and sequence number."""


class SimulatedFailures(InMemoryFailures):
    """`given_up` keeps in mind which records were ever given up, also when they have been redriven."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.given_up: set[RecordId] = set()
        self._numbers = count()

    def put(self, record: QuarantinedRecord) -> None:
        kept = super().put
        self.world.write(FAILURES, "put", lambda: kept(record))

    def waiting(self, after: str = "") -> Iterator[FailureRef]:
        found = super().waiting
        return iter(self.world.read(FAILURES, "waiting", lambda: list(found(after))))

    def read(self, key: str) -> Failure | None:
        found = super().read
        return self.world.read(FAILURES, "read", lambda: found(key))

    def delete(self, key: str) -> None:
        gone = super().delete
        self.world.write(FAILURES, "delete", lambda: gone(key))

    def keep_batch(self, function: str, batch: Sequence[Any]) -> None:
        """As Lambda does: the invocation record, with the whole event as JSON in it."""
        self.world.counts["batches given up"] += 1
        self.given_up |= {(record.shard, record.sequence) for record in batch if isinstance(record, ArrivedRecord)}
        context = {
            "functionArn": f"arn:aws:lambda:eu-west-1:0:function:{function}:$LATEST",
            "condition": "RecordAgeExceeded",
        }
        asked = _asked(batch)
        invocation = {"requestContext": context, "payload": json.dumps(asked)}
        self.give_up(f"aws/lambda/{next(self._numbers):06d}", json.dumps(invocation).encode())

    @property
    def quarantined(self) -> set[RecordId]:
        """By whom does not matter: a record that cannot be read may be refused by aggregation and again by redrive."""
        keys = [key.split("/") for key, kept in self.kept.items() if kept.kind is FailureKind.QUARANTINED]
        return {(shard, sequence) for _, _, shard, sequence in keys}

    @property
    def still_given_up(self) -> list[str]:
        return [key for key, kept in self.kept.items() if kept.kind is not FailureKind.QUARANTINED]


def _asked(batch: Sequence[Any]) -> dict[str, Any]:
    """As Lambda invokes a function."""
    if isinstance(batch[0], ArrivedRecord) and batch[0].shard.startswith(f"{TOPIC}-"):
        return kafka_event(batch)
    return {"Records": [_record(record) for record in batch]}


def _record(record: Any) -> dict[str, Any]:
    """As a function is invoked with it: of the event stream, or a change of a table by its key."""
    if isinstance(record, str):
        return {"eventName": "MODIFY", "dynamodb": {"Keys": {"pk": {"S": record}}}}
    kinesis = {
        "partitionKey": record.partition_key,
        "sequenceNumber": record.sequence,
        "approximateArrivalTimestamp": record.arrived_at.timestamp(),
        "data": b64encode(record.data).decode(),
    }
    return {"eventID": f"{record.shard}:{record.sequence}", "kinesis": kinesis}
