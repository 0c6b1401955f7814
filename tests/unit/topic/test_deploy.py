"""The topic when the hub is deployed, over an admin client that answers as Kafka's does."""

from collections.abc import Mapping
from concurrent.futures import Future
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from functions.topic.deploy import Deployer
from shared.adapters.kafka_topics import KafkaTopics
from shared.packs.topic import Topic

TOPIC = Topic("events", 16, timedelta(hours=48))


class ScriptedAdmin:
    """`there` is how many partitions the topic has, 0 if there is none; `trouble` is what the cluster says instead."""

    def __init__(self, there: int = 0, trouble: int | None = None) -> None:
        self.there = there
        self.trouble = trouble
        self.made: list[Any] = []
        self.changed: dict[str, str] = {}

    def create_topics(self, topics: list[Any], request_timeout: float) -> dict[str, Future[None]]:
        assert request_timeout > 0
        answer: Future[None] = Future()
        trouble = self.trouble or (KafkaError.TOPIC_ALREADY_EXISTS if self.there else None)
        if trouble is None:
            self.made += topics
            answer.set_result(None)
        else:
            answer.set_exception(KafkaException(KafkaError(trouble)))
        return {topics[0].topic: answer}

    def list_topics(self, name: str, timeout: float) -> Any:
        assert timeout > 0
        return SimpleNamespace(topics={name: SimpleNamespace(partitions=range(self.there))})

    def incremental_alter_configs(self, resources: list[Any], request_timeout: float) -> dict[Any, Future[None]]:
        assert request_timeout > 0
        self.changed = {entry.name: entry.value for entry in resources[0].incremental_configs}
        answer: Future[None] = Future()
        answer.set_result(None)
        return {resources[0]: answer}


def answers(admin: ScriptedAdmin, request_type: str) -> list[tuple[str, str | None]]:
    given: list[tuple[str, str | None]] = []

    def answer(_request: Mapping[str, Any], physical_id: str, trouble: str | None) -> None:
        given.append((physical_id, trouble))

    Deployer(KafkaTopics(admin), TOPIC, answer).serve({"RequestType": request_type})
    return given


def test_the_first_deployment_makes_the_topic_with_a_partition_for_each_of_the_hubs() -> None:
    admin = ScriptedAdmin()

    given = answers(admin, "Create")

    [made] = admin.made
    assert given == [("events", None)]
    assert (made.topic, made.num_partitions) == ("events", 16)
    assert made.config["message.timestamp.type"] == "LogAppendTime"
    assert made.config["retention.ms"] == str(48 * 3_600_000)


@pytest.mark.parametrize("request_type", ["Create", "Update"])
def test_a_topic_that_is_there_is_told_what_has_changed(request_type: str) -> None:
    admin = ScriptedAdmin(there=16)

    given = answers(admin, request_type)

    assert given == [("events", None)]
    assert admin.changed["message.timestamp.type"] == "LogAppendTime"


def test_a_topic_with_another_number_of_partitions_stops_the_deployment() -> None:
    given = answers(ScriptedAdmin(there=12), "Update")

    assert given == [("events", "events has 12 partitions")]


def test_a_cluster_that_refuses_stops_the_deployment_with_its_reason() -> None:
    given = answers(ScriptedAdmin(trouble=KafkaError.CLUSTER_AUTHORIZATION_FAILED), "Create")

    assert given == [("events", "Kafka: CLUSTER_AUTHORIZATION_FAILED")]


def test_removal_leaves_the_topic_alone() -> None:
    admin = ScriptedAdmin(there=16)

    given = answers(admin, "Delete")

    assert given == [("events", None)]
    assert not admin.changed
