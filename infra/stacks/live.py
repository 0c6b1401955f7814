"""Who listens: a WebSocket API, and the stage that tells its clients what is closed, unusual or going on."""

from typing import Any

from aws_cdk import (
    Aws,
    CfnOutput,
    Duration,
    RemovalPolicy,
    Stack,
    aws_apigateway as apigateway,
    aws_apigatewayv2 as gateway,
    aws_apigatewayv2_integrations as integrations,
    aws_events as events,
    aws_events_targets as targets,
    aws_iam as iam,
    aws_logs as logs,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.hub_function import HubFunction, log_retention
from infra.constructs.stream_stage import StreamSource, StreamStage
from infra.constructs.windowing import layout_settings, series_settings
from infra.stacks import grants
from infra.stacks.storage import StorageStack

STAGE = "hub"
ROUTES = ("$connect", "$disconnect", "$default")
ACCESS_LOG = (
    '{"request_id":"$context.requestId","at":"$context.requestTimeEpoch","route":"$context.routeKey",'
    '"status":"$context.status","connection":"$context.connectionId","error":"$context.error.messageString"}'
)


class LiveStack(Stack):
    """Holds no data. `url` is where clients connect; on an emulator it is a path at the address of everything else."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: StorageStack,
    ) -> None:
        super().__init__(scope, construct_id)
        self.deployment = deployment = storage.deployment
        self.storage = storage
        self.foundation = storage.foundation_of(self)
        self.api = gateway.WebSocketApi(
            self, "Clients", api_name=f"{deployment.prefix}-live", description="Who listens to the hub"
        )
        self.live = self._live()
        self._stage()
        self._routes()
        self._read()
        self._tick()
        CfnOutput(self, "LiveUrl", value=self.url)

    @property
    def url(self) -> str:
        if self.deployment.emulated:
            return f"/_aws/execute-api/{self.api.api_id}/{STAGE}"
        return f"wss://{self.api.api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}/{STAGE}"

    def _live(self) -> HubFunction:
        live = HubFunction(
            self,
            "Live",
            stage="live",
            foundation=self.foundation,
            environment={
                "LIVE_TABLE": self.storage.live.table_name,
                "LIVE_API": self.api.api_id,
                "LIVE_STAGE": STAGE,
                "STATE_TABLE": self.storage.window_state.table_name,
                "CLOSED_WINDOW_TABLE": self.storage.closed_windows.table_name,
                **layout_settings(self.deployment),
                **series_settings(self.deployment),
            },
            memory_mb=1024,
            timeout=Duration.seconds(75),
        )
        connections = f"arn:{Aws.PARTITION}:execute-api:{Aws.REGION}:{Aws.ACCOUNT_ID}:{self.api.api_id}/{STAGE}"
        grants.tell_clients(live, self.storage, f"{connections}/*/@connections/*")
        acknowledge(
            self,
            {
                "AwsSolutions-APIG4": "A connection stands only with a ticket, which the REST API gives to who has a key.",
                f"AwsSolutions-IAM5[Resource::{self._finding(connections)}/*/@connections/*]": (
                    "Connections have ids that the gateway gives them."
                ),
            },
        )
        return live

    def _finding(self, arn: str) -> str:
        """How the rule packs spell it."""
        parts: list[Any] = self.resolve(arn)["Fn::Join"][1]
        return "".join(part if isinstance(part, str) else f"<{part['Ref']}>" for part in parts)

    def _stage(self) -> None:
        log = logs.LogGroup(
            self,
            "AccessLog",
            retention=log_retention(self.deployment),
            encryption_key=self.storage.key,
            removal_policy=self.storage.removal,
        )
        stage = gateway.CfnStage(
            self,
            "Stage",
            api_id=self.api.api_id,
            stage_name=STAGE,
            auto_deploy=True,
            access_log_settings=gateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=ACCESS_LOG
            ),
            default_route_settings=gateway.CfnStage.RouteSettingsProperty(
                throttling_burst_limit=500, throttling_rate_limit=200
            ),
        )
        stage.node.add_dependency(self.api)
        if not self.deployment.emulated:
            stage.node.add_dependency(self._gateway_logs())

    def _gateway_logs(self) -> apigateway.CfnAccount:
        """Without a role for its logs the gateway makes no stage that has one; this stack comes before the REST API's."""
        role = iam.Role(
            self,
            "GatewayLogs",
            assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"),
            managed_policies=[
                iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AmazonAPIGatewayPushToCloudWatchLogs")
            ],
        )
        role.apply_removal_policy(RemovalPolicy.RETAIN)
        acknowledge(
            role,
            {
                "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]": (
                    "The one policy that the gateway accepts for writing its log; it may do nothing else."
                )
            },
        )
        account = apigateway.CfnAccount(self, "GatewayAccount", cloud_watch_role_arn=role.role_arn)
        account.apply_removal_policy(RemovalPolicy.RETAIN)
        return account

    def _routes(self) -> None:
        for route in ROUTES:
            self.api.add_route(
                route,
                integration=integrations.WebSocketLambdaIntegration(f"{route[1:].title()}Hears", self.live.function),
            )

    def _read(self) -> None:
        """Heads of closed windows, anomalies and incidents, each as it changes."""
        changed = {"eventName": ["INSERT", "MODIFY"]}
        StreamStage(
            self,
            "LiveStream",
            stage=self.live,
            sources=[
                StreamSource(
                    name="ClosedWindows",
                    arn=self.storage.closed_changes_arn,
                    batch_size=20,
                    pattern={**changed, "dynamodb": {"Keys": {"sk": {"S": ["head"]}}}},
                ),
                StreamSource(name="Anomalies", arn=self.storage.anomaly_changes_arn, batch_size=50, pattern=changed),
                StreamSource(name="Incidents", arn=self.storage.incident_changes_arn, batch_size=50, pattern=changed),
            ],
            failures=self.storage.failures,
            age_limit=Duration.minutes(5),
        )

    def _tick(self) -> None:
        rule = events.Rule(
            self,
            "ListeningEveryMinute",
            description="Tells open windows' values to whoever watches, and everybody that the hub is there",
            schedule=events.Schedule.rate(Duration.minutes(1)),
            targets=[targets.LambdaFunction(self.live.function, max_event_age=Duration.minutes(1), retry_attempts=0)],
        )
        acknowledge(rule, {"Serverless-EventBusDLQ": "A missed run is made good by the next."})
