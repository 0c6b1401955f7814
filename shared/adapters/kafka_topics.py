"""Topics of a Kafka cluster."""

from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from shared.adapters.kafka import LARGEST_BYTES
from shared.adapters.kafka_access import kafka_access
from shared.errors import RejectedError, TransientError
from shared.packs.topic import Topic

REPLICAS = 3
TIMEOUT_SECONDS = 40
EXISTS = "TOPIC_ALREADY_EXISTS"


class KafkaTopics:
    """`admin` is a confluent_kafka.admin.AdminClient."""

    def __init__(self, admin: Any) -> None:
        self._admin = admin

    def make(self, topic: Topic) -> None:
        if not self._is_made(topic):
            there = _done(lambda: self._admin.list_topics(topic.name, timeout=TIMEOUT_SECONDS).topics[topic.name])
            if len(there.partitions) != topic.partitions:
                raise RejectedError("other_topic", f"{topic.name} has {len(there.partitions)} partitions")
            self._configure(topic)

    def _is_made(self, topic: Topic) -> bool:
        """By this call; False if it was there."""
        from confluent_kafka.admin import NewTopic  # noqa: PLC0415 - only where the stream is Kafka's

        wanted = NewTopic(topic.name, topic.partitions, REPLICAS, config=_configuration(topic))
        try:
            self._settled(self._admin.create_topics([wanted], request_timeout=TIMEOUT_SECONDS))
        except _NamedError as error:
            if error.name != EXISTS:
                raise
            return False
        return True

    def _configure(self, topic: Topic) -> None:
        from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType  # noqa: PLC0415

        entries = [
            ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
            for name, value in _configuration(topic).items()
        ]
        resource = ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=entries)
        self._settled(self._admin.incremental_alter_configs([resource], request_timeout=TIMEOUT_SECONDS))

    def _settled(self, asked: dict[Any, Future[Any]]) -> None:
        for answer in asked.values():
            _done(answer.result)


class _NamedError(TransientError):
    """By the name that Kafka's protocol has for it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Kafka: {name}")
        self.name = name


def _configuration(topic: Topic) -> dict[str, str]:
    return {
        "message.timestamp.type": "LogAppendTime",
        "retention.ms": str(int(topic.retention.total_seconds() * 1_000)),
        "max.message.bytes": str(LARGEST_BYTES),
    }


def _done(ask: Callable[[], Any]) -> Any:
    from confluent_kafka import KafkaException  # noqa: PLC0415

    try:
        return ask()
    except KafkaException as error:
        raise _NamedError(error.args[0].name()) from error


def kafka_topics(brokers: str) -> KafkaTopics:
    """Those of a cluster that knows functions by their role (IAM)."""
    from confluent_kafka.admin import AdminClient  # noqa: PLC0415

    return KafkaTopics(AdminClient({"bootstrap.servers": brokers, **kafka_access()}))
