"""The event stream as a topic of Kafka: acknowledged by all replicas in sync, and in order though sent again."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from shared.adapters.kafka_access import kafka_access
from shared.errors import UnacknowledgedError
from shared.packs.stream import StreamRecord

if TYPE_CHECKING:
    from confluent_kafka import KafkaError

DELIVERY_SECONDS = 10
"""After which a record is given up, by the producer itself: so each is told of, one way or the other."""
FLUSH_SECONDS = DELIVERY_SECONDS + 2
LARGEST_BYTES = 2_000_000
PRODUCING: Mapping[str, Any] = {
    "acks": "all",
    "enable.idempotence": True,
    "delivery.timeout.ms": DELIVERY_SECONDS * 1_000,
    "request.timeout.ms": 3_000,
    "linger.ms": 1,
    "compression.type": "none",  # packs are compressed
    "message.max.bytes": LARGEST_BYTES,
    # A frozen function wakes with connections that nobody answers: they are made anew, and quickly.
    "connections.max.idle.ms": 120_000,
    "reconnect.backoff.max.ms": 500,
    "client.id": "llm-analytics-hub",
}


class Producer(Protocol):
    """What is used of confluent_kafka.Producer."""

    def produce(
        self,
        topic: str,
        value: bytes,
        key: str,
        partition: int,
        on_delivery: Callable[["KafkaError | None", Any], None],
    ) -> None: ...

    def flush(self, timeout: float) -> int: ...

    def purge(self) -> None: ...


class KafkaStream:
    """Partition p of the hub is partition p of the topic, by its number and not by a hash of the key.

    A producer is made at the latest when it is needed first, and anew when it has lost its place: one that was told of a fatal error, or
    that still had something to send, sends no more.
    """

    def __init__(self, connect: Callable[[dict[str, Any]], Any], topic: str, settings: Mapping[str, Any]) -> None:
        self._connect = connect
        self._topic = topic
        self._settings = settings
        self._producer: Producer | None = None
        self._was_throttled = False

    def connect(self) -> Producer:
        """Begins what takes half a second before anything can be sent, and goes on by itself."""
        if self._producer is None:
            self._producer = self._connect({**PRODUCING, **self._settings, "throttle_cb": self._throttle})
        return self._producer

    def put(self, records: Sequence[StreamRecord]) -> None:
        self._was_throttled = False
        told: dict[int, KafkaError | Exception | None] = {}
        for place, record in enumerate(records):
            self._send(place, record, told)
        if self._producer and not _is_flushed(self._producer):
            self._abandon()
        left = [place for place in range(len(records)) if place not in told or told[place] is not None]
        if left:
            self._refuse(left, [told.get(place) for place in left])

    def _send(self, place: int, record: StreamRecord, told: "dict[int, KafkaError | Exception | None]") -> None:
        from confluent_kafka import KafkaException  # noqa: PLC0415 - only where the stream is Kafka's, in a layer of its own

        try:
            self.connect().produce(
                self._topic,
                value=record.data,
                key=str(record.partition),
                partition=record.partition,
                on_delivery=lambda error, _message: told.update({place: error}),
            )
        except (KafkaException, BufferError) as error:
            told[place] = error

    def _throttle(self, _event: object) -> None:
        """A broker holds its answers back: more is sent than it may take."""
        self._was_throttled = True

    def _refuse(self, left: Sequence[int], troubles: "Sequence[KafkaError | Exception | None]") -> None:
        causes = [
            trouble.args[0] if isinstance(trouble, Exception) and trouble.args else trouble for trouble in troubles
        ]
        raise UnacknowledgedError(
            f"Kafka: {len(left)} records were not acknowledged, last of {_name(causes[-1])}",
            left,
            is_throttled=self._was_throttled and {_name(cause) for cause in causes} == {"_MSG_TIMED_OUT"},
        )

    def _abandon(self) -> None:
        if self._producer:
            self._producer.purge()
        self._producer = None


def _is_flushed(producer: Producer) -> bool:
    """Of a fatal error the client tells by an exception, in whatever it is doing then: in a callback it is a SystemError."""
    from confluent_kafka import KafkaException  # noqa: PLC0415

    try:
        return producer.flush(FLUSH_SECONDS) == 0
    except (KafkaException, SystemError):
        return False


def _name(cause: object) -> str:
    """By the name that Kafka's protocol has for it; a broker's own text may hold anything."""
    name = getattr(cause, "name", None)
    return str(name()) if name else type(cause).__name__ if isinstance(cause, Exception) else "silence"


def kafka_stream(brokers: str, topic: str) -> KafkaStream:
    """The topic of a cluster that knows functions by their role (IAM)."""
    from confluent_kafka import Producer as ConfluentProducer  # noqa: PLC0415

    stream = KafkaStream(ConfluentProducer, topic, {"bootstrap.servers": brokers, **kafka_access()})
    stream.connect()
    return stream
