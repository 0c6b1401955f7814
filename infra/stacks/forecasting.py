"""Once an hour: every live series is forecast, what was forecast is scored, and budgets are looked at."""

from aws_cdk import (
    CfnOutput,
    Duration,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_events as events,
    aws_events_targets as targets,
    aws_lambda_event_sources as sources,
    aws_sqs as sqs,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.alarms import HubAlarm
from infra.constructs.hub_function import HubFunction
from infra.stacks import grants
from infra.stacks.storage import StorageStack

TASK_TIMEOUT = Duration.minutes(5)
TRIES = 3
AT_ONCE = 8


class ForecastingStack(Stack):
    """Holds no data; tasks of an hour that has passed are worth nothing."""

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
        self.failed = self._failed()
        self.tasks = self._tasks()
        self.forecasting = self._forecasting()
        self._schedule()
        self._alarms()
        CfnOutput(self, "ForecastingFunction", value=self.forecasting.function.function_name)
        CfnOutput(self, "UndoneForecastTasks", value=self.failed.queue_url)

    def _failed(self) -> sqs.Queue:
        failed = sqs.Queue(
            self,
            "FailedForecastTasks",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self.storage.key,
            enforce_ssl=True,
            retention_period=Duration.days(14),
        )
        reason = "It is where tasks end that failed again and again."
        acknowledge(failed, {"AwsSolutions-SQS3": reason, "Serverless-SQSRedrivePolicy": reason})
        return failed

    def _tasks(self) -> sqs.Queue:
        """A task that waits for a day is of no use to anybody; a message is shown again after six timeouts, as advised."""
        return sqs.Queue(
            self,
            "ForecastTasks",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self.storage.key,
            enforce_ssl=True,
            retention_period=Duration.days(1),
            visibility_timeout=Duration.minutes(6 * TASK_TIMEOUT.to_minutes()),
            dead_letter_queue=sqs.DeadLetterQueue(queue=self.failed, max_receive_count=TRIES),
        )

    def _forecasting(self) -> HubFunction:
        forecasting = HubFunction(
            self,
            "Forecasting",
            stage="forecasting",
            foundation=self.foundation,
            environment={
                "CLOSED_WINDOW_TABLE": self.storage.closed_windows.table_name,
                "ROLLUP_TABLE": self.storage.rollups.table_name,
                "FORECAST_TABLE": self.storage.forecasts.table_name,
                "BUDGET_TABLE": self.storage.budgets.table_name,
                "FORECAST_QUEUE": self.tasks.queue_url,
                "EVENT_BUS": self.storage.bus.event_bus_name,
                "CONSOLE_URL": self.console_url,
                # One core: further threads of the linear algebra would only wait for each other.
                "OPENBLAS_NUM_THREADS": "1",
            },
            memory_mb=1769,
            timeout=TASK_TIMEOUT,
        )
        grants.forecast_series(forecasting, self.storage, self.tasks)
        forecasting.function.add_event_source(sources.SqsEventSource(self.tasks, batch_size=1, max_concurrency=AT_ONCE))
        reason = "Tasks that fail go where the queue itself sends them."
        acknowledge(forecasting, {"Serverless-LambdaEventSourceMappingDestination": reason})
        return forecasting

    def _schedule(self) -> None:
        rule = events.Rule(
            self,
            "ForecastEveryHour",
            description="Forecasts every live series, and looks at every budget",
            schedule=events.Schedule.rate(Duration.hours(1)),
            targets=[targets.LambdaFunction(self.forecasting.function, max_event_age=Duration.minutes(30))],
        )
        acknowledge(rule, {"Serverless-EventBusDLQ": "A missed run is made good by the next; alarms tell of silence."})

    def _alarms(self) -> None:
        HubAlarm(
            self,
            "FailedForecastTasksAlarm",
            metric=self.failed.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(5), statistic=cloudwatch.Stats.MAXIMUM
            ),
            limit=0,
            topic=self.foundation.alarms,
            means=f"Some series were not forecast, or a budget not assessed: a task failed {TRIES} times.",
        )
        HubAlarm(
            self,
            "ForecastTasksAgeAlarm",
            metric=self.tasks.metric_approximate_age_of_oldest_message(
                period=Duration.minutes(5), statistic=cloudwatch.Stats.MAXIMUM
            ),
            limit=Duration.hours(1).to_seconds(),
            topic=self.foundation.alarms,
            means="Forecasting does not get done within an hour.",
        )
        HubAlarm(
            self,
            "ForecastSilenceAlarm",
            metric=cloudwatch.Metric(
                namespace=self.foundation.deployment.metrics_namespace,
                metric_name="ForecastTasks",
                dimensions_map={"service": "forecasting"},
                statistic=cloudwatch.Stats.SAMPLE_COUNT,
                period=Duration.hours(2),
            ),
            limit=float(10**9),
            topic=self.foundation.alarms,
            means="The forecasting stage has not run for two hours.",
            silence_is_bad=True,
        )
