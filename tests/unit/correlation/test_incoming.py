"""What an invocation of correlation brings, whoever makes it."""

from functions.correlation.incoming import Incoming, incoming
from shared.packs.arrived import ArrivedRecord
from tests.builders.arrivals import NOON, arrived
from tests.builders.failures import kinesis_event
from tests.builders.kafka import kafka_event


def test_records_of_kinesis_are_named_by_shard_and_first_and_last() -> None:
    batch = [arrived(b"one"), arrived(b"two")]

    found = incoming(kinesis_event(batch))

    assert found == Incoming(f"{batch[0].shard}-{batch[0].sequence}-{batch[1].sequence}", [b"one", b"two"])


def test_records_of_kafka_are_those_of_every_partition() -> None:
    batch = [ArrivedRecord(str(p), f"events-{p}", "7", NOON, b"%d" % p) for p in (0, 1)]

    found = incoming(kafka_event(batch))

    assert (found.records, found.anomalies) == ([b"0", b"1"], ())


def test_a_tick_brings_nothing() -> None:
    assert incoming({"source": "aws.events"}) == Incoming()
