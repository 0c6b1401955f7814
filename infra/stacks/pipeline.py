"""From the event stream to closed windows and the archive: the heartbeat, the readers of streams, redrive."""

from collections.abc import Sequence

from aws_cdk import (
    CfnOutput,
    Duration,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_events as events,
    aws_events_targets as targets,
    aws_sqs as sqs,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.alarms import HubAlarm
from infra.constructs.hub_function import HubFunction
from infra.constructs.stream_stage import StreamSource, StreamStage
from infra.constructs.windowing import layout_settings, partition_settings, window_settings
from infra.stacks import grants
from infra.stacks.storage import StorageStack

# Only writes wake rollup; the expiry of old state does not (PROTOCOL rule 1).
WRITTEN = ["INSERT", "MODIFY"]


class PipelineStack(Stack):
    """Reads what the storage stack holds; nothing is lost when this stack is deleted. `doorbell` is rung at every closed window."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: StorageStack,
        doorbell: sqs.IQueue | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.doorbell = doorbell
        self.deployment = storage.deployment
        self.storage = storage
        self.foundation = storage.foundation_of(self)
        self.heartbeat = self._heartbeat()
        self.aggregation = self._aggregation()
        self.rollup = self._rollup()
        self.archive = self._archive()
        self.redrive = self._redrive()
        self._freshness_alarms()
        self._failures_alarm()
        CfnOutput(self, "RedriveFunction", value=self.redrive.function.function_name)

    def _heartbeat(self) -> HubFunction:
        heartbeat = HubFunction(
            self,
            "Heartbeat",
            stage="heartbeat",
            foundation=self.foundation,
            environment={**self.storage.events.settings, **partition_settings(self.deployment)},
            memory_mb=256,
            timeout=Duration.seconds(30),
            network=self.storage.events.network,
        )
        grants.put_events(heartbeat, self.storage)
        # Neither a rule nor a schedule of EventBridge promises a second (both may fire anywhere in the minute), so the
        # best second of PROTOCOL rule 19 cannot be had; where traffic is thin a window may be announced 92 s after its
        # end instead of 40 s. Busy partitions need no tick.
        rule = events.Rule(
            self,
            "EveryMinute",
            description="The clock of the pipeline",
            schedule=events.Schedule.rate(Duration.minutes(1)),
            # A tick that is late by more than a minute is worth nothing: the next one is there already.
            targets=[targets.LambdaFunction(heartbeat.function, max_event_age=Duration.minutes(1), retry_attempts=2)],
        )
        acknowledge(rule, {"Serverless-EventBusDLQ": "A missed tick is made good by the next; alarms tell of silence."})
        return heartbeat

    def _aggregation(self) -> HubFunction:
        aggregation = HubFunction(
            self,
            "Aggregation",
            stage="aggregation",
            foundation=self.foundation,
            environment={
                "STATE_TABLE": self.storage.window_state.table_name,
                "FAILURE_BUCKET": self.storage.failures.bucket_name,
                "REFUSAL_TABLE": self.storage.refusals.table_name,
                **layout_settings(self.deployment),
            },
            memory_mb=1769,
            timeout=Duration.minutes(2),
            reserved_concurrency=self.deployment.aggregation_concurrency,
        )
        grants.fold_events(aggregation, self.storage)
        grants.note_quarantined(aggregation, self.storage)
        StreamStage(
            self,
            "AggregationStream",
            stage=aggregation,
            sources=[
                self.storage.events.source(
                    "aggregation",
                    batch_size=1_000,
                    batching_window=Duration.seconds(self.deployment.aggregation_window_seconds),
                    parallelization_factor=4,
                )
            ],
            failures=self.storage.failures,
            age_limit=Duration.minutes(2),
        )
        return aggregation

    def _rollup(self) -> HubFunction:
        rollup = HubFunction(
            self,
            "Rollup",
            stage="rollup",
            foundation=self.foundation,
            environment={
                "STATE_TABLE": self.storage.window_state.table_name,
                "CLOSED_WINDOW_TABLE": self.storage.closed_windows.table_name,
                "ROLLUP_TABLE": self.storage.rollups.table_name,
                **layout_settings(self.deployment),
                **window_settings(self.deployment),
                **({"DOORBELL_QUEUE": self.doorbell.queue_url} if self.doorbell else {}),
            },
            memory_mb=1769,
            timeout=Duration.minutes(5),
        )
        grants.close_windows(rollup, self.storage)
        if self.doorbell:
            grants.ring(rollup, self.doorbell)
        StreamStage(
            self,
            "RollupStream",
            stage=rollup,
            sources=self._state_changes(),
            failures=self.storage.failures,
            age_limit=Duration.minutes(5),
        )
        return rollup

    def _state_changes(self) -> list[StreamSource]:
        """PROTOCOL rule 13: progress at once, for it may close windows; state gathered, for it may come in storms.

        State is what lies under a minute, whose key begins with its year. Segments lie elsewhere: their head rings.
        """
        arn = self.storage.state_changes_arn
        return [
            StreamSource(name="Progress", arn=arn, batch_size=100, pattern=_changed(["progress"])),
            StreamSource(
                name="State",
                arn=arn,
                batch_size=1_000,
                batching_window=Duration.seconds(60),
                pattern=_changed([{"prefix": "2"}]),
            ),
        ]

    def _archive(self) -> HubFunction:
        archive = HubFunction(
            self,
            "Archive",
            stage="archive",
            foundation=self.foundation,
            environment={"ARCHIVE_BUCKET": self.storage.archive.bucket_name},
            memory_mb=1024,
            timeout=Duration.minutes(2),
        )
        grants.keep_events(archive, self.storage)
        StreamStage(
            self,
            "ArchiveStream",
            stage=archive,
            sources=[
                self.storage.events.source(
                    "archive",
                    batch_size=10_000,
                    batching_window=Duration.minutes(5),
                )
            ],
            failures=self.storage.failures,
            age_limit=Duration.minutes(20),
        )
        return archive

    def _redrive(self) -> HubFunction:
        redrive = HubFunction(
            self,
            "Redrive",
            stage="redrive",
            foundation=self.foundation,
            environment={
                **self.storage.events.settings,
                "FAILURE_BUCKET": self.storage.failures.bucket_name,
                "REFUSAL_TABLE": self.storage.refusals.table_name,
                "ARCHIVE_BUCKET": self.storage.archive.bucket_name,
                "ARCHIVE_FUNCTION": self.archive.function.function_name,
                **partition_settings(self.deployment),
            },
            memory_mb=1024,
            timeout=Duration.minutes(15),
            network=self.storage.events.network,
        )
        grants.redrive_failures(redrive, self.storage, again=[self.rollup, self.archive])
        grants.note_quarantined(redrive, self.storage)
        rule = events.Rule(
            self,
            "EveryFiveMinutes",
            description="Gives to the hub again what it could not do before",
            schedule=events.Schedule.rate(Duration.minutes(5)),
            targets=[targets.LambdaFunction(redrive.function, max_event_age=Duration.minutes(5), retry_attempts=0)],
        )
        acknowledge(rule, {"Serverless-EventBusDLQ": "A missed run is made good by the next; alarms tell of silence."})
        return redrive

    def _failures_alarm(self) -> None:
        """After the run that could redrive it: what waits then waits for a person."""
        HubAlarm(
            self,
            "FailuresWaitingAlarm",
            metric=cloudwatch.Metric(
                namespace=self.foundation.deployment.metrics_namespace,
                metric_name="FailuresWaiting",
                dimensions_map={"service": "redrive"},
                statistic="Maximum",
                period=Duration.minutes(15),
            ),
            limit=0,
            topic=self.foundation.alarms,
            means="Something waits in the failure bucket that cannot be redriven by itself, or redrive does not run.",
            silence_is_bad=True,
        )

    def _freshness_alarms(self) -> None:
        """The clock less the watermark and less the cursor; silence is bad, for then nothing moves at all."""
        for metric, what in (("WatermarkAge", "The watermark"), ("CursorAge", "The announcing of windows")):
            HubAlarm(
                self,
                f"{metric}Alarm",
                metric=cloudwatch.Metric(
                    namespace=self.foundation.deployment.metrics_namespace,
                    metric_name=metric,
                    dimensions_map={"service": "rollup"},
                    statistic="Minimum",
                    period=Duration.minutes(1),
                ),
                limit=Duration.minutes(5).to_seconds(),
                periods=5,
                topic=self.foundation.alarms,
                means=f"{what} is more than 5 minutes behind the clock, or rollup does not run.",
                silence_is_bad=True,
            )


def _changed(partition_key: Sequence[object]) -> dict[str, object]:
    return {"eventName": WRITTEN, "dynamodb": {"Keys": {"pk": {"S": list(partition_key)}}}}
