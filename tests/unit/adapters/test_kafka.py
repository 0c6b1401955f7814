"""The producer in trouble: on the wire with librdkafka's own cluster, and scripted where that has no trouble to make."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from confluent_kafka import KafkaError, Producer

from shared.adapters.kafka import LARGEST_BYTES, KafkaStream
from shared.errors import UnacknowledgedError
from shared.packs.stream import StreamRecord
from tests.builders.kafka import TOPIC, MockCluster, in_partition, mock_cluster

PARTITIONS = 2
HANGS_UP, NOT_LEADER, OUT_OF_ORDER, NOT_ALLOWED = -195, 6, 45, 29
IMPATIENT = {"delivery.timeout.ms": 3_000, "request.timeout.ms": 500, "log_level": 0}


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    with mock_cluster(PARTITIONS) as made:
        yield made


def stream_of(cluster: MockCluster) -> KafkaStream:
    return KafkaStream(Producer, TOPIC, {"bootstrap.servers": cluster.brokers, **IMPATIENT})


@pytest.mark.network
def test_what_is_sent_again_is_there_once_and_in_order(cluster: MockCluster) -> None:
    stream = stream_of(cluster)
    stream.put(in_partition(0, range(10)))
    cluster.answer_produce_with(HANGS_UP, NOT_LEADER, HANGS_UP)

    stream.put(in_partition(0, range(10, 60)))

    assert cluster.contents(PARTITIONS) == in_partition(0, range(60))


@pytest.mark.network
def test_a_producer_that_has_lost_its_place_is_replaced(cluster: MockCluster) -> None:
    stream = stream_of(cluster)
    stream.put(in_partition(0, range(5)))
    cluster.answer_produce_with(OUT_OF_ORDER)

    with pytest.raises(UnacknowledgedError) as failure:
        stream.put(in_partition(0, range(5, 10)))
    stream.put(in_partition(0, range(10, 15)))

    assert failure.value.positions == (0, 1, 2, 3, 4)
    assert cluster.contents(PARTITIONS) == in_partition(0, [*range(5), *range(10, 15)])


@pytest.mark.network
def test_a_function_that_may_not_write_says_so_and_nothing_else(cluster: MockCluster) -> None:
    stream = stream_of(cluster)
    cluster.answer_produce_with(NOT_ALLOWED)

    with pytest.raises(UnacknowledgedError, match="last of TOPIC_AUTHORIZATION_FAILED") as failure:
        stream.put(in_partition(1, range(3)))

    assert (failure.value.positions, failure.value.is_throttled) == ((0, 1, 2), False)


@pytest.mark.network
def test_a_record_that_no_broker_takes_harms_no_other(cluster: MockCluster) -> None:
    stream = stream_of(cluster)

    with pytest.raises(UnacknowledgedError, match="MSG_SIZE_TOO_LARGE") as failure:
        stream.put([StreamRecord(0, bytes(LARGEST_BYTES + 1)), *in_partition(1, [1])])

    assert failure.value.positions == (0,)
    assert cluster.contents(PARTITIONS) == in_partition(1, [1])


class ScriptedProducer:
    """Tells of every record the same: an error, or that it is taken (None); of nothing if `is_silent`."""

    def __init__(self, error: KafkaError | None = None, *, throttles: bool = False, is_silent: bool = False) -> None:
        self.error = error
        self.throttles = throttles
        self.is_silent = is_silent
        self.settings: dict[str, Any] = {}
        self.waiting: list[Callable[[KafkaError | None, Any], None]] = []
        self.purged = 0

    def connect(self, settings: dict[str, Any]) -> "ScriptedProducer":
        self.settings = settings
        return self

    def produce(
        self,
        topic: str,
        value: bytes,
        key: str,
        partition: int,
        on_delivery: Callable[[KafkaError | None, Any], None],
    ) -> None:
        assert (topic, value, key) == (TOPIC, b"001", str(partition))
        self.waiting.append(on_delivery)

    def flush(self, timeout: float) -> int:
        assert timeout > self.settings["delivery.timeout.ms"] / 1_000
        if self.throttles:
            self.settings["throttle_cb"](None)
        if not self.is_silent:
            for tell in self.waiting:
                tell(self.error, None)
            self.waiting.clear()
        return len(self.waiting)

    def purge(self) -> None:
        self.purged += 1


def test_time_that_ran_out_while_brokers_held_back_their_answers_is_too_much_at_once() -> None:
    timed_out = KafkaError(KafkaError._MSG_TIMED_OUT)
    told = {}

    for throttles in (False, True):
        stream = KafkaStream(ScriptedProducer(timed_out, throttles=throttles).connect, TOPIC, {})
        with pytest.raises(UnacknowledgedError) as failure:
            stream.put(in_partition(0, [1]))
        told[throttles] = failure.value.is_throttled

    assert told == {False: False, True: True}


def test_a_producer_that_is_silent_sends_no_more() -> None:
    producer = ScriptedProducer(is_silent=True)
    stream = KafkaStream(producer.connect, TOPIC, {})

    with pytest.raises(UnacknowledgedError, match="silence"):
        stream.put(in_partition(0, [1]))

    assert producer.purged == 1


def test_a_producer_that_is_connected_early_is_the_one_that_sends() -> None:
    made: list[ScriptedProducer] = []

    def connect(settings: dict[str, Any]) -> ScriptedProducer:
        made.append(ScriptedProducer())
        return made[-1].connect(settings)

    stream = KafkaStream(connect, TOPIC, {})
    stream.connect()
    stream.put(in_partition(0, [1]))

    assert len(made) == 1


def test_every_record_is_acknowledged_by_all_replicas_and_numbered() -> None:
    producer = ScriptedProducer()

    KafkaStream(producer.connect, TOPIC, {"bootstrap.servers": "broker:9098"}).put(in_partition(0, [1]))

    assert (producer.settings["acks"], producer.settings["enable.idempotence"]) == ("all", True)
    assert producer.settings["bootstrap.servers"] == "broker:9098"
