"""A stage that reads a stream: it cannot be built without knowing where its failures go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import jsii
from aws_cdk import Duration, aws_cloudwatch as cloudwatch, aws_iam as iam, aws_lambda as lambda_, aws_s3 as s3
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge_objects
from infra.constructs.alarms import HubAlarm
from infra.constructs.hub_function import HubFunction

# PROTOCOL rule 7: giving up after a few tries would let a window close without the data that wait in the failure
# bucket, so only age ends the tries. A table's stream keeps its records for 24 hours.
UNLIMITED = -1
RECORD_AGE_LIMIT = Duration.hours(22)
# Where Lambda itself puts what a mapping gave up.
GIVEN_UP = "aws/lambda/*"


# Of a topic Lambda gives a batch up after 10 tries when they are unlimited and there is somewhere to put it, so as many are
# asked for as there can be: with the pauses between them age comes first.
MOST_TRIES = 10_000
# A batch of Kinesis is one shard's; of Kafka this many are waiting.
BATCHES_BEHIND = 20


@dataclass(frozen=True, slots=True)
class KafkaReader:
    """How a topic is read: by a group of its own, with pollers that all mappings of the hub share.

    Lambda splits a batch that fails, and bounds the age of a record, only with pollers that are provisioned.
    """

    topic: str
    group: str
    group_arn: str
    group_actions: Sequence[str]
    pollers: str
    most_pollers: int


@dataclass(frozen=True, slots=True)
class StreamSource:
    """What is read, and in what portions. `pattern` is the filter that a record must meet; a topic has none."""

    name: str
    arn: str
    batch_size: int
    batching_window: Duration = field(default_factory=lambda: Duration.seconds(0))
    parallelization_factor: int = 1
    pattern: Mapping[str, Any] | None = None
    kafka: KafkaReader | None = None


class StreamStage(Construct):
    """Reads `sources` with `stage`; records given up go to `failures`, and falling behind by `age_limit` is an alarm."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: HubFunction,
        sources: Sequence[StreamSource],
        failures: s3.IBucket,
        age_limit: Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        self.stage = stage
        destination = FailureDestination(failures)
        acknowledge_objects(stage, failures, GIVEN_UP, "Lambda names the objects of a failure destination.")
        read: set[str] = set()
        for source in sources:
            if source.kafka:
                self._topic_mapping(stage, source, source.kafka, destination)
            else:
                target = self._named(stage.function, source) if source.arn in read else stage.function
                self._mapping(target, source, destination)
            read.add(source.arn)
        HubAlarm(
            self,
            "IteratorAgeAlarm",
            metric=_iterator_age(stage.function),
            limit=age_limit.to_milliseconds(),
            periods=3,
            topic=stage.foundation.alarms,
            means=f"{stage.stage} is more than {age_limit.to_minutes():.0f} minutes behind its stream.",
        )

    def _named(self, function: lambda_.Function, source: StreamSource) -> lambda_.IFunction:
        """The same function by another name: Lambda maps a stream to a name once, whatever the filters are."""
        return lambda_.Alias(
            self, f"{source.name}Alias", alias_name=source.name.lower(), version=function.latest_version
        )

    def _mapping(self, function: lambda_.IFunction, source: StreamSource, destination: "FailureDestination") -> None:
        lambda_.EventSourceMapping(
            self,
            source.name,
            target=function,
            event_source_arn=source.arn,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=source.batch_size,
            max_batching_window=source.batching_window,
            parallelization_factor=source.parallelization_factor,
            filters=[lambda_.FilterCriteria.filter(dict(source.pattern))] if source.pattern else None,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            retry_attempts=UNLIMITED,
            max_record_age=RECORD_AGE_LIMIT,
            on_failure=destination,
            support_s3_on_failure_destination=True,
        )

    def _topic_mapping(
        self, stage: HubFunction, source: StreamSource, kafka: KafkaReader, destination: "FailureDestination"
    ) -> None:
        stage.role.add_to_policy(iam.PolicyStatement(actions=list(kafka.group_actions), resources=[kafka.group_arn]))
        mapping = lambda_.EventSourceMapping(
            self,
            source.name,
            target=stage.function,
            event_source_arn=source.arn,
            kafka_topic=kafka.topic,
            kafka_consumer_group_id=kafka.group,
            starting_position=lambda_.StartingPosition.TRIM_HORIZON,
            batch_size=source.batch_size,
            max_batching_window=source.batching_window,
            bisect_batch_on_error=True,
            report_batch_item_failures=True,
            retry_attempts=MOST_TRIES,
            max_record_age=RECORD_AGE_LIMIT,
            on_failure=destination,
            support_s3_on_failure_destination=True,
            provisioned_poller_config=lambda_.ProvisionedPollerConfig(
                minimum_pollers=1, maximum_pollers=kafka.most_pollers, poller_group_name=kafka.pollers
            ),
        )
        mapping.node.add_dependency(stage.role)
        HubAlarm(
            self,
            "OffsetLagAlarm",
            metric=stage.function.metric("OffsetLag", statistic="Maximum", period=Duration.minutes(1)),
            limit=BATCHES_BEHIND * source.batch_size,
            periods=5,
            topic=stage.foundation.alarms,
            means=f"{stage.stage} is more than {BATCHES_BEHIND} batches behind the topic of events.",
        )


def _iterator_age(function: lambda_.IFunction) -> cloudwatch.Metric:
    return function.metric("IteratorAge", statistic="Maximum", period=Duration.minutes(1))


@jsii.implements(lambda_.IEventSourceDlq)
class FailureDestination:
    """Records that a mapping gave up, with their bytes: of all destinations only S3 gets the records themselves."""

    def __init__(self, bucket: s3.IBucket) -> None:
        self._bucket = bucket

    def bind(self, _target: lambda_.IEventSourceMapping, handler: lambda_.IFunction) -> lambda_.DlqDestinationConfig:
        written = self._bucket.arn_for_objects(GIVEN_UP)
        iam.Grant.add_to_principal(grantee=handler, actions=["s3:PutObject"], resource_arns=[written])
        iam.Grant.add_to_principal(grantee=handler, actions=["s3:ListBucket"], resource_arns=[self._bucket.bucket_arn])
        if self._bucket.encryption_key:
            self._bucket.encryption_key.grant(handler, "kms:GenerateDataKey")
        return lambda_.DlqDestinationConfig(destination=self._bucket.bucket_arn)
