"""Who is told of what the hub notices: mail, a webhook or Slack, on one machine a queue; and what could not be told."""

from urllib.parse import urlsplit

from aws_cdk import (
    Duration,
    SecretValue,
    aws_cloudwatch as cloudwatch,
    aws_events as events,
    aws_events_targets as targets,
    aws_iam as iam,
    aws_kms as kms,
    aws_sns as sns,
    aws_sns_subscriptions as subscriptions,
    aws_sqs as sqs,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.alarms import HubAlarm
from infra.deployment import Deployment

SOURCE = "llm-analytics-hub"
SLACK = "hooks.slack.com"
HEADER = "x-api-key"


class AlertTargets(Construct):
    """Every notice on the bus goes to every target; one that a target does not take is kept, and is an alarm."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        bus: events.IEventBus,
        key: kms.IKey,
        alarms: sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self._deployment = deployment
        self._key = key
        self.undelivered = self._queue("Undelivered", Duration.days(14), "It is where undelivered notices end.")
        self.topic = self._topic()
        self.queue = self._local_queue() if deployment.emulated else None
        self._rule(bus)
        self._alarm(alarms)

    def _rule(self, bus: events.IEventBus) -> None:
        events.Rule(
            self,
            "Notices",
            description="What people are told",
            event_bus=bus,
            event_pattern=events.EventPattern(source=[SOURCE]),
            targets=self._targets(),
        )

    def _targets(self) -> list[events.IRuleTarget]:
        told: list[events.IRuleTarget] = [
            targets.SnsTopic(
                self.topic,
                message=events.RuleTargetInput.from_text(
                    f"{events.EventField.detail_type}: {events.EventField.from_path('$.detail.explanation')}\n"
                    f"{events.EventField.from_path('$.detail.console_url')}"
                ),
                dead_letter_queue=self.undelivered,
            )
        ]
        if self._deployment.alert_webhook:
            told.append(self._webhook(self._deployment.alert_webhook))
        if self.queue:
            told.append(targets.SqsQueue(self.queue, dead_letter_queue=self.undelivered))
        return told

    def _webhook(self, url: str) -> targets.ApiDestination:
        secret = SecretValue.secrets_manager(self._deployment.alert_webhook_secret or "")
        connection = events.Connection(
            self, "WebhookConnection", authorization=events.Authorization.api_key(HEADER, secret)
        )
        destination = events.ApiDestination(
            self, "Webhook", connection=connection, endpoint=url, rate_limit_per_second=10
        )
        said = {"text": f"{events.EventField.detail_type}: {events.EventField.from_path('$.detail.explanation')}"}
        is_slack = urlsplit(url).hostname == SLACK
        return targets.ApiDestination(
            destination,
            event=events.RuleTargetInput.from_object(said) if is_slack else None,
            retry_attempts=20,
            dead_letter_queue=self.undelivered,
        )

    def _topic(self) -> sns.Topic:
        topic = sns.Topic(
            self, "Alerts", master_key=self._key, enforce_ssl=True, display_name="LLM Analytics Hub alerts"
        )
        topic.grant_publish(iam.ServicePrincipal("events.amazonaws.com"))
        if self._deployment.alert_email:
            topic.add_subscription(subscriptions.EmailSubscription(self._deployment.alert_email))
        return topic

    def _local_queue(self) -> sqs.Queue:
        """On one machine nobody has mail: a run reads here what it was told."""
        return self._queue("LocalAlerts", Duration.days(1), "Read by a run on this machine, and by nobody else.")

    def _queue(self, construct_id: str, kept: Duration, no_dead_letters: str) -> sqs.Queue:
        queue = sqs.Queue(
            self,
            construct_id,
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=self._key,
            enforce_ssl=True,
            retention_period=kept,
        )
        acknowledge(queue, {"AwsSolutions-SQS3": no_dead_letters, "Serverless-SQSRedrivePolicy": no_dead_letters})
        return queue

    def _alarm(self, alarms: sns.ITopic) -> None:
        HubAlarm(
            self,
            "UndeliveredAlarm",
            metric=self.undelivered.metric_approximate_number_of_messages_visible(
                period=Duration.minutes(5), statistic=cloudwatch.Stats.MAXIMUM
            ),
            limit=0,
            topic=alarms,
            means="A notice reached one of its targets not at all; it is in the queue of undelivered ones.",
        )
