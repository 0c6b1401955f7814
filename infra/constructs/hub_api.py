"""The REST API: its routes, its authorizer, its rate plans, its log."""

import json
from dataclasses import dataclass
from functools import cached_property

from aws_cdk import (
    Duration,
    RemovalPolicy,
    aws_apigateway as apigateway,
    aws_cloudwatch as cloudwatch,
    aws_codedeploy as codedeploy,
    aws_lambda as lambda_,
    aws_logs as logs,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.canary import Canary
from infra.constructs.error_responses import REFUSALS
from infra.constructs.hub_function import HubFunction, log_retention
from infra.deployment import Deployment

STAGE = "hub"
ANYONE_PER_SECOND = 20
GATEWAY_TIMEOUT = Duration.seconds(29)

# One line a request; the key itself is nowhere in it.
ACCESS_LOG = {
    "request_id": "$context.requestId",
    "at": "$context.requestTimeEpoch",
    "method": "$context.httpMethod",
    "route": "$context.resourcePath",
    "status": "$context.status",
    "latency_ms": "$context.responseLatency",
    "integration_latency_ms": "$context.integrationLatency",
    "response_bytes": "$context.responseLength",
    "source_ip": "$context.identity.sourceIp",
    "tenant": "$context.authorizer.tenant",
    "key_id": "$context.authorizer.key_id",
    "error": "$context.error.responseType",
}


@dataclass(frozen=True, slots=True)
class Route:
    """One method of the API, answered by `stage`. `keyed`: only with an API key, whose rate plan counts it; what is
    not, all callers together may ask for `anyone_per_second`.
    """

    method: str
    path: str
    stage: HubFunction
    keyed: bool = True
    anyone_per_second: int = ANYONE_PER_SECOND


def origin_settings(deployment: Deployment) -> dict[str, str]:
    """Whose pages may use the API: whoever answers must say so beside each answer."""
    return {"ALLOWED_ORIGINS": " ".join(deployment.allowed_origins)} if deployment.allowed_origins else {}


class HubApi(Construct):
    """Forwards each route to its stage as it came; refuses what has no key, or asks too much, by itself."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        deployment: Deployment,
        access: HubFunction,
        routes: tuple[Route, ...],
    ) -> None:
        super().__init__(scope, construct_id)
        self._deployment = deployment
        self._access = access
        self._canaries: dict[str, Canary] = {}
        self.api = self._rest_api(routes)
        self._authorizer = self._request_authorizer()
        for route in routes:
            self._add(route)
        for refusal in REFUSALS:
            construct_id = f"{refusal.kind.response_type.title().replace('_', '')}Refusal"
            refusal.add_to(self.api, construct_id, deployment.allowed_origins)
        self._rate_plans()
        self._acknowledge()

    def _rest_api(self, routes: tuple[Route, ...]) -> apigateway.RestApi:
        emulated = self._deployment.emulated
        return apigateway.RestApi(
            self,
            "Api",
            rest_api_name=self._deployment.prefix,
            description="Events in, windows out",
            endpoint_types=[apigateway.EndpointType.REGIONAL],
            # Bodies may be compressed, so none is text to the gateway.
            binary_media_types=["*/*"],
            api_key_source_type=apigateway.ApiKeySourceType.AUTHORIZER,
            cloud_watch_role=not emulated,
            cloud_watch_role_removal_policy=None if emulated else RemovalPolicy.RETAIN,
            deploy_options=self._stage_options(routes),
        )

    def _stage_options(self, routes: tuple[Route, ...]) -> apigateway.StageOptions:
        return apigateway.StageOptions(
            stage_name=STAGE,
            access_log_destination=apigateway.LogGroupLogDestination(self._access_log()),
            access_log_format=apigateway.AccessLogFormat.custom(json.dumps(ACCESS_LOG)),
            logging_level=apigateway.MethodLoggingLevel.ERROR,
            metrics_enabled=True,
            tracing_enabled=True,
            throttling_rate_limit=self._deployment.requests_per_second,
            throttling_burst_limit=self._deployment.requests_per_second,
            method_options={
                f"{route.path}/{route.method}": apigateway.MethodDeploymentOptions(
                    throttling_rate_limit=route.anyone_per_second,
                    throttling_burst_limit=2 * route.anyone_per_second,
                    metrics_enabled=True,
                    logging_level=apigateway.MethodLoggingLevel.ERROR,
                )
                for route in routes
                if not route.keyed
            },
        )

    def _access_log(self) -> logs.LogGroup:
        return logs.LogGroup(
            self,
            "AccessLog",
            retention=log_retention(self._deployment),
            encryption_key=self._access.foundation.key,
            removal_policy=RemovalPolicy.RETAIN if self._deployment.keep_data else RemovalPolicy.DESTROY,
        )

    def _request_authorizer(self) -> apigateway.RequestAuthorizer:
        return apigateway.RequestAuthorizer(
            self,
            "Authorizer",
            handler=self._entrance(self._access),
            # A key may come in one header or another, and named sources must all be there; without them the gateway
            # cannot cache, so the function itself remembers keys for a moment.
            identity_sources=[],
            results_cache_ttl=Duration.seconds(0),
        )

    def _add(self, route: Route) -> None:
        resource = self.api.root.resource_for_path(route.path)
        resource.add_method(
            route.method,
            # One permission for all routes of a stage: one each would be over the 20 KB that a function's policy may have.
            apigateway.LambdaIntegration(
                self._entrance(route.stage), scope_permission_to_method=False, timeout=GATEWAY_TIMEOUT
            ),
            authorizer=self._authorizer if route.keyed else None,
            authorization_type=None if route.keyed else apigateway.AuthorizationType.NONE,
            api_key_required=route.keyed,
        )

    def _entrance(self, stage: HubFunction) -> lambda_.IFunction:
        """What the gateway calls: of a hub with canaries, what CodeDeploy has let in."""
        if self._deployment.canary == "off":
            return stage.function
        if stage.stage not in self._canaries:
            self._canaries[stage.stage] = Canary(
                self,
                f"{stage.stage.title()}Canary",
                stage=stage,
                application=self._releases,
                shift=self._deployment.canary,
            )
        return self._canaries[stage.stage].alias

    @cached_property
    def _releases(self) -> codedeploy.LambdaApplication:
        return codedeploy.LambdaApplication(self, "Releases", application_name=self._deployment.prefix)

    def roll_back_on(self, alarm: cloudwatch.IAlarm) -> None:
        """A release of any function is taken back while this rises."""
        for canary in self._canaries.values():
            canary.roll_back_on(alarm)

    def _rate_plans(self) -> None:
        for name, plan in self._deployment.rate_plans.items():
            usage = self.api.add_usage_plan(
                f"{name.title()}Plan",
                name=f"{self._deployment.prefix}-{name}",
                throttle=apigateway.ThrottleSettings(rate_limit=plan.requests_per_second, burst_limit=plan.burst),
                quota=apigateway.QuotaSettings(limit=plan.requests_per_month, period=apigateway.Period.MONTH),
                api_stages=[apigateway.UsagePlanPerApiStage(api=self.api, stage=self.api.deployment_stage)],
            )
            if self._deployment.oidc_issuers:
                # Users with tokens have no keys of their own. It is no secret: only the authorizer can name a key.
                users = f"{self._deployment.prefix}-users-{name}"
                usage.add_api_key(self.api.add_api_key(f"{name.title()}Users", api_key_name=users, value=users))

    def _acknowledge(self) -> None:
        if self._deployment.emulated:
            acknowledge(self, {"AwsSolutions-APIG3": "An emulator on this machine's loopback needs no firewall."})
        acknowledge(
            self,
            {
                "AwsSolutions-APIG2": "The stages validate: item by item, with the hub's error body.",
                "AwsSolutions-APIG4": "Health and the API's description are public; all else has the authorizer.",
                "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]": (
                    "The one policy that the gateway accepts for writing its log; it may do nothing else."
                ),
                "AwsSolutions-COG4": "Producers are programs: they have API keys, not users of a pool.",
            },
        )
