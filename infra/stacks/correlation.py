"""What belongs together: correlation reads the event stream and the anomalies, and tells incidents."""

from aws_cdk import Duration, Stack, aws_events as events, aws_events_targets as targets
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.hub_function import HubFunction
from infra.constructs.stream_stage import StreamSource, StreamStage
from infra.stacks import grants
from infra.stacks.storage import StorageStack


class CorrelationStack(Stack):
    """Reads what the storage stack holds; what it keeps is kept there too."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: StorageStack,
        console_url: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.storage = storage
        self.console_url = console_url
        self.foundation = storage.foundation_of(self)
        self.correlation = self._correlation()
        self._read()
        self._tick()

    def _correlation(self) -> HubFunction:
        correlation = HubFunction(
            self,
            "Correlation",
            stage="correlation",
            foundation=self.foundation,
            environment={
                "CORRELATION_TABLE": self.storage.correlation.table_name,
                "INCIDENT_TABLE": self.storage.incidents.table_name,
                "EVENT_INDEX_TABLE": self.storage.event_index.table_name,
                "ROLLUP_TABLE": self.storage.rollups.table_name,
                "EVENT_BUS": self.storage.bus.event_bus_name,
                "CONSOLE_URL": self.console_url,
            },
            memory_mb=1769,
            timeout=Duration.minutes(2),
        )
        grants.tell_incidents(correlation, self.storage)
        return correlation

    def _read(self) -> None:
        """Events in large batches, as what they show of a tenant is one item a batch; anomalies at once."""
        StreamStage(
            self,
            "CorrelationStream",
            stage=self.correlation,
            sources=[
                self.storage.events.source(
                    "correlation",
                    batch_size=10_000,
                    batching_window=Duration.seconds(15),
                ),
                StreamSource(name="Anomalies", arn=self.storage.anomaly_changes_arn, batch_size=100),
            ],
            failures=self.storage.failures,
            age_limit=Duration.minutes(5),
        )

    def _tick(self) -> None:
        rule = events.Rule(
            self,
            "NewsEveryMinute",
            description="Tells the incidents of every tenant with news",
            schedule=events.Schedule.rate(Duration.minutes(1)),
            targets=[
                targets.LambdaFunction(self.correlation.function, max_event_age=Duration.minutes(1), retry_attempts=0)
            ],
        )
        acknowledge(rule, {"Serverless-EventBusDLQ": "A missed run is made good by the next; alarms tell of silence."})
