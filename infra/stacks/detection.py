"""Behind closed windows: what is unusual, and who is told."""

from aws_cdk import CfnOutput, Duration, Stack, aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.alarms import HubAlarm
from infra.constructs.alert_targets import AlertTargets
from infra.constructs.hub_function import HubFunction
from infra.constructs.stream_stage import StreamSource, StreamStage
from infra.stacks import grants
from infra.stacks.storage import StorageStack

_SECONDS = {"1m": 60, "5m": 300, "15m": 900, "1h": 3600}


class DetectionStack(Stack):
    """Holds no data: when it is deleted, what was learned stays."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: StorageStack,
        console_url: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.console_url = console_url
        self.deployment = deployment = storage.deployment
        self.storage = storage
        self.foundation = storage.foundation_of(self)
        self.targets = AlertTargets(
            self, "AlertTargets", deployment=deployment, bus=storage.bus, key=storage.key, alarms=storage.alarms
        )
        self.anomaly = self._anomaly()
        self.watch = self._watch()
        self._age_alarm()
        self._outputs()

    def _anomaly(self) -> HubFunction:
        anomaly = HubFunction(
            self,
            "Anomaly",
            stage="anomaly",
            foundation=self.foundation,
            environment={
                "CLOSED_WINDOW_TABLE": self.storage.closed_windows.table_name,
                "DETECTION_BUCKET": self.storage.detector_states.bucket_name,
                **self._told(),
                "DETECTION_METHOD": self.deployment.detection_method,
                "DETECTION_WARM_UP_WINDOWS": str(self.deployment.detection_warm_up_windows),
                "ALERTS_FROM": self.deployment.alerts_from,
            },
            memory_mb=1769,
            timeout=Duration.minutes(5),
        )
        grants.detect_anomalies(anomaly, self.storage)
        StreamStage(
            self,
            "AnomalyStream",
            stage=anomaly,
            sources=[
                StreamSource(
                    name="ClosedWindows",
                    arn=self.storage.closed_changes_arn,
                    batch_size=100,
                    pattern=self._doorbells(),
                )
            ],
            failures=self.storage.failures,
            age_limit=Duration.minutes(10),
        )
        return anomaly

    def _watch(self) -> HubFunction:
        watch = HubFunction(
            self,
            "Watch",
            stage="watch",
            foundation=self.foundation,
            environment={
                **self._told(),
                "FAST_ERROR_RATIO": str(self.deployment.fast_error_ratio),
                "FAST_ERROR_REQUESTS": str(self.deployment.fast_error_requests),
            },
            memory_mb=1024,
            timeout=Duration.minutes(1),
        )
        grants.watch_events(watch, self.storage)
        StreamStage(
            self,
            "WatchStream",
            stage=watch,
            sources=[
                self.storage.events.source(
                    "watch",
                    batch_size=1_000,
                    batching_window=Duration.seconds(1),
                )
            ],
            failures=self.storage.failures,
            age_limit=Duration.minutes(1),
        )
        return watch

    def _told(self) -> dict[str, str]:
        """Where anomalies are kept and told."""
        return {
            "ANOMALY_TABLE": self.storage.anomalies.table_name,
            "DETECTION_TABLE": self.storage.detection.table_name,
            "EVENT_BUS": self.storage.bus.event_bus_name,
            "CONSOLE_URL": self.console_url,
            "DETECTION_RESOLUTION": self.deployment.detection_resolution,
        }

    def _doorbells(self) -> dict[str, object]:
        """The cursor, which says that windows are closed, and the heads of those that are judged, for revisions."""
        keys = ["cursor", {"prefix": f"{self.deployment.detection_resolution}#"}]
        return {"eventName": ["INSERT", "MODIFY"], "dynamodb": {"Keys": {"pk": {"S": keys}}}}

    def _age_alarm(self) -> None:
        window = _SECONDS[self.deployment.detection_resolution]
        HubAlarm(
            self,
            "DetectionAgeAlarm",
            metric=cloudwatch.Metric(
                namespace=self.foundation.deployment.metrics_namespace,
                metric_name="DetectionAge",
                dimensions_map={"service": "anomaly"},
                statistic="Minimum",
                period=Duration.minutes(5),
            ),
            limit=2 * window + Duration.minutes(5).to_seconds(),
            periods=3,
            topic=self.foundation.alarms,
            means="Closed windows wait for more than 5 minutes to be judged, or the anomaly stage does not run.",
            silence_is_bad=True,
        )

    def _outputs(self) -> None:
        CfnOutput(self, "AnomalyFunction", value=self.anomaly.function.function_name)
        CfnOutput(self, "AlertTopic", value=self.targets.topic.topic_arn)
        CfnOutput(self, "Undelivered", value=self.targets.undelivered.queue_url)
        if self.targets.queue:
            CfnOutput(self, "LocalAlerts", value=self.targets.queue.queue_url)
