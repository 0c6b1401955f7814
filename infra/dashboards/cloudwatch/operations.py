"""For who keeps the hub running: is everything counted, in time, and if not, where is it stuck."""

from collections.abc import Sequence
from functools import partial

from aws_cdk import Aws, Duration, aws_cloudwatch as cloudwatch
from constructs import Construct

from infra.constructs.event_logs import KinesisLog
from infra.dashboards.cloudwatch.watched import Watched
from infra.dashboards.cloudwatch.widgets import (
    FIVE_MINUTES,
    MINUTE,
    figures,
    graph,
    note,
    of_functions,
    of_stage,
    total,
)
from infra.deployment import Deployment
from infra.stacks.api import ApiStack
from infra.stacks.storage import StorageStack

FIRST = """# {name}: operations
**Red above?** Open that alarm: its description names the page in `docs/runbooks` that says what to check and to do.
Several at once: begin with the earliest stage (ingestion, readers of the stream, watermark, what stands behind it)."""

COUNTED = """## Is everything counted?
Accepted and accounted for run together: a gap that stays means records wait in the stream or the failure bucket.
*Quarantined* or *waiting* above 0: `docs/runbooks/failures-waiting.md`. No ticks: `docs/runbooks/watermark-age.md`."""

IN_TIME = """## Is it in time?
The line is where the alarm rises. The watermark stands first: without it nothing closes, and all behind it wait.
An iterator's age that climbs by a second a second: the stage fails the same batch again and again, look at its errors."""

FUNCTIONS = """## Do the stages work?
Errors repeat the batch, harmlessly; throttles say that the account's or the stage's concurrency is used up
(`docs/runbooks/errors.md`, `docs/runbooks/throttles.md`). A duration near the timeout comes before errors."""

AROUND = """## What stands around them?
5XX are answers that the hub owes to its callers (`docs/runbooks/server-errors.md`); 4XX are the callers' own.
Throttled writes of the stream or of a table pass by themselves; if they stay, raise the shards or look for a hot key."""

MIRROR = "timestream"
MIRRORED = """## Does Grafana see what the hub has?
Points refused are missing in the mirror only: the log names them (`docs/runbooks/points-refused.md`). Windows written
again were written by two calls at once. An engine that is full or slow shows as an old doorbell, above."""


class OperationsDashboard(Construct):
    """A column is a third of the width; each row answers the question above it."""

    def __init__(  # noqa: PLR0913 (what a dashboard looks at)
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        storage: StorageStack,
        api: ApiStack,
        watched: Watched,
        first: Sequence[str],
    ) -> None:
        super().__init__(scope, construct_id)
        self.of_stage = partial(of_stage, deployment.metrics_namespace)
        self.storage = storage
        self.api = api
        self.watched = watched
        board = cloudwatch.Dashboard(
            self,
            "Dashboard",
            dashboard_name=f"{deployment.prefix}-operations",
            default_interval=Duration.hours(3),
        )
        board.add_widgets(note(FIRST.format(name=deployment.prefix)))
        board.add_widgets(*self._alarms(first))
        board.add_widgets(note(COUNTED))
        board.add_widgets(*self._counted())
        board.add_widgets(note(IN_TIME))
        board.add_widgets(*self._in_time())
        board.add_widgets(note(FUNCTIONS))
        board.add_widgets(*self._functions())
        board.add_widgets(note(AROUND))
        board.add_widgets(*self._gateway())
        board.add_widgets(*self._stores())
        if MIRROR in watched.functions:
            board.add_widgets(note(MIRRORED))
            board.add_widgets(*self._mirror())

    def _alarms(self, first: Sequence[str]) -> list[cloudwatch.IWidget]:
        paging = Construct(self, "First")
        rest = Construct(self, "All")
        return [
            cloudwatch.AlarmStatusWidget(
                title="Degraded, and why", alarms=self.watched.by_name(paging, first), width=8, height=7
            ),
            cloudwatch.AlarmStatusWidget(title="All alarms", alarms=self.watched.by_name(rest), width=16, height=7),
        ]

    def _counted(self) -> list[cloudwatch.IWidget]:
        accepted = self.of_stage("ingestion", "EventsPublished", label="accepted")
        accounted = [
            self.of_stage("aggregation", name)
            for name in ("EventsFolded", "EventsLate", "EventsDuplicate", "EventsExpired")
        ]
        return [
            graph("Accepted and accounted for", [accepted, total(accounted, "accounted for")], unit="events"),
            graph(
                "What became of them",
                [*accounted, self.of_stage("ingestion", "EventsRejected")],
                unit="events",
                stacked=True,
            ),
            graph(
                "Records read",
                [self.of_stage(stage, "RecordsConsumed", label=stage) for stage in ("aggregation", "archive")],
                unit="records",
            ),
            graph(
                "Failures",
                [
                    self.of_stage("aggregation", "RecordsQuarantined"),
                    self.of_stage("redrive", "FailuresWaiting", statistic="Maximum"),
                    self.of_stage("redrive", "FailuresRedriven"),
                    self.of_stage("redrive", "PacksRefused"),
                ],
                unit="records",
                limits=[self.watched.limit("FailuresWaitingAlarm")],
            ),
            graph(
                "Windows",
                [self.of_stage("rollup", name) for name in ("WindowsAnnounced", "WindowsRevised")],
                unit="windows",
            ),
            graph("Ticks", [self.of_stage("heartbeat", "TicksPublished", period=MINUTE)], unit="ticks a minute"),
        ]

    def _in_time(self) -> list[cloudwatch.IWidget]:
        ages = [
            ("Watermark behind the clock", "rollup", "WatermarkAge"),
            ("Announcing behind the clock", "rollup", "CursorAge"),
            ("Detection behind the clock", "anomaly", "DetectionAge"),
        ]
        return [
            *(
                graph(
                    title,
                    [self.of_stage(stage, name, statistic="Minimum", period=MINUTE)],
                    unit="seconds",
                    limits=[self.watched.limit(f"{name}Alarm")],
                )
                for title, stage, name in ages
            ),
            *self._behind(),
            graph(
                "Time to answer and to fold",
                [
                    self.of_stage("ingestion", "EventPublishDuration", statistic="p99", label="publish p99"),
                    self.of_stage("aggregation", "AggregationDuration", statistic="p99", label="fold p99"),
                    self.of_stage("anomaly", "AnomalyAnalysisDuration", statistic="p99", label="judge p99"),
                ],
                unit="ms",
            ),
        ]

    def _behind(self) -> list[cloudwatch.IWidget]:
        """What is read from tables has an age, whatever carries the events; a topic tells how many records wait."""
        readers = {stage: self.watched.functions[stage] for stage in self.watched.readers}
        ages = graph(
            "Readers behind their stream", of_functions(readers, "IteratorAge", statistic="Maximum"), unit="ms"
        )
        if isinstance(self.storage.events, KinesisLog):
            return [ages]
        return [
            ages,
            graph("Behind the topic", of_functions(readers, "OffsetLag", statistic="Maximum"), unit="records"),
        ]

    def _functions(self) -> list[cloudwatch.IWidget]:
        there = self.watched.functions
        return [
            graph("Errors", of_functions(there, "Errors"), unit="errors", stacked=True),
            graph("Throttles", of_functions(there, "Throttles"), unit="throttles", stacked=True),
            graph("Slowest 1 %", of_functions(there, "Duration", statistic="p99"), unit="ms"),
            graph("Invocations", of_functions(there, "Invocations"), unit="invocations", stacked=True),
            graph(
                "At the same time",
                of_functions(there, "ConcurrentExecutions", statistic="Maximum"),
                unit="executions",
                stacked=True,
            ),
            graph(
                "Listeners",
                [self.of_stage("live", name) for name in ("MessagesPushed", "MessagesLost", "ConnectionsGone")],
                unit="messages",
            ),
        ]

    def _gateway(self) -> list[cloudwatch.IWidget]:
        api = self.api.hub_api.api
        refused = [
            self.of_stage(stage, "RequestsRefused", label=f"{stage} refused")
            for stage in ("ingestion", "query", "access")
        ]
        blocked = cloudwatch.Metric(
            namespace="AWS/WAFV2",
            metric_name="BlockedRequests",
            dimensions_map={"WebACL": "All", "Rule": "ALL", "Region": Aws.REGION},
            statistic="Sum",
            period=FIVE_MINUTES,
            label="blocked by the firewall",
        )
        latencies = [
            api.metric_latency(statistic=statistic, period=MINUTE, label=statistic)
            for statistic in ("p50", "p95", "p99")
        ]
        return [
            graph(
                "Requests",
                [
                    api.metric_count(statistic="Sum", period=MINUTE, label="requests"),
                    api.metric_client_error(statistic="Sum", period=MINUTE, label="4XX"),
                    api.metric_server_error(statistic="Sum", period=MINUTE, label="5XX"),
                ],
                unit="requests",
            ),
            graph("Time to answer", latencies, unit="ms"),
            graph("Refused", [*refused, blocked], unit="requests"),
        ]

    def _stores(self) -> list[cloudwatch.IWidget]:
        throttled = [
            table.metric(f"{way}ThrottleEvents", statistic="Sum", period=FIVE_MINUTES, label=f"{name} {way.lower()}s")
            for name, table in self.watched.tables.items()
            for way in ("Read", "Write")
        ]
        notices = cloudwatch.Metric(
            namespace="AWS/Events",
            metric_name="FailedInvocations",
            dimensions_map={"RuleName": self.storage.failure_rule.rule_name},
            statistic="Sum",
            period=FIVE_MINUTES,
            label="failures not told",
        )
        topic = self.storage.alarms.metric_number_of_notifications_failed(period=FIVE_MINUTES, label="alarms not told")
        return [
            *self._stream(),
            graph("Throttled by tables", throttled, unit="events", stacked=True),
            graph("Notices lost", [notices, topic], unit="notices"),
            graph("Oldest in a queue", self._waiting(), unit="seconds"),
            figures(
                "Kept in the archive",
                [self.of_stage("archive", "EventsArchived"), self.of_stage("archive", "BytesArchived")],
                width=8,
            ),
        ]

    def _waiting(self) -> list[cloudwatch.IMetric]:
        return [
            queue.metric_approximate_age_of_oldest_message(statistic="Maximum", period=MINUTE, label=name)
            for name, queue in self.watched.queues.items()
        ]

    def _mirror(self) -> list[cloudwatch.IWidget]:
        windows = [self.of_stage(MIRROR, name) for name in ("WindowsMirrored", "WindowsMirroredAgain")]
        refused = self.of_stage(MIRROR, "PointsRefused")
        return [
            graph("Windows mirrored", windows, unit="windows"),
            graph("Points mirrored", [self.of_stage(MIRROR, "PointsMirrored")], unit="points"),
            graph("Points refused", [refused], unit="points", limits=[self.watched.limit("PointsRefusedAlarm")]),
        ]

    def _stream(self) -> list[cloudwatch.IWidget]:
        """A topic's own figures are in the brokers' account of Amazon MSK; how far readers are behind is above."""
        if not isinstance(self.storage.events, KinesisLog):
            return []
        stream = self.storage.events.stream
        shown = {
            "WriteProvisionedThroughputExceeded": "writes refused",
            "ReadProvisionedThroughputExceeded": "reads refused",
            "PutRecords.ThrottledRecords": "records throttled",
        }
        refused = [stream.metric(name, statistic="Sum", period=MINUTE, label=label) for name, label in shown.items()]
        return [graph("Throttled by the event stream", refused, unit="records")]
