"""The hub's HTTP side: ingestion, query, access and the REST API before them."""

import json
from dataclasses import asdict
from typing import Any

from aws_cdk import (
    CfnOutput,
    Duration,
    Stack,
    aws_cloudwatch as cloudwatch,
    aws_events as events,
    aws_events_targets as targets,
)
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge
from infra.constructs.alarms import HubAlarm
from infra.constructs.content_delivery import ContentDelivery
from infra.constructs.domains import Domains
from infra.constructs.firewall import Firewall
from infra.constructs.hub_api import STAGE, HubApi, Route, origin_settings
from infra.constructs.hub_function import HubFunction
from infra.constructs.windowing import lateness_settings, layout_settings, partition_settings, window_settings
from infra.deployment import OidcIssuer
from infra.layers import PARQUET
from infra.stacks import grants
from infra.stacks.storage import StorageStack

STORY_PATHS = (
    "/v1/incidents",
    "/v1/incidents/{id}",
    "/v1/correlations",
    "/v1/graph",
    "/v1/events",
    "/v1/events/{id}",
    "/v1/events/{id}/related",
)
PAGES_PER_SECOND = 200
"""A page is a few dozen files, once: they are kept for ever."""
MAX_BODY_BYTES = 4 * 1024 * 1024
MAX_INFLATED_BYTES = 32 * 1024 * 1024


class ApiStack(Stack):
    """Holds no data."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        storage: StorageStack,
        live_url: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.deployment = deployment = storage.deployment
        self.storage = storage
        self.live_url = live_url
        self.foundation = storage.foundation_of(self)
        self.ingestion = self._ingestion()
        self.query = self._query()
        self.access = self._access()
        self.privacy = self._privacy()
        self.console = self._console()
        routes = (*self._routes(), *self._preflights())
        self.hub_api = HubApi(self, "HubApi", deployment=deployment, access=self.access, routes=routes)
        self.query.function.add_environment("CONSOLE_URL", self.console_url)
        if not deployment.emulated:
            self._firewall()
        if deployment.content_delivery:
            ContentDelivery(self, "ContentDelivery", api=self.hub_api.api, name=deployment.prefix)
        if deployment.domain:
            Domains(self, "Domains", domain=deployment.domain, api=self.hub_api.api)
        self._alarms()
        self._outputs()

    def _routes(self) -> tuple[Route, ...]:
        return (
            Route("POST", "/v1/events", self.ingestion),
            Route("POST", "/v1/events/batch", self.ingestion),
            Route("POST", "/api/v1/events", self.ingestion),
            Route("POST", "/api/v1/events/batch", self.ingestion),
            Route("POST", "/v1/litellm", self.ingestion),
            Route("POST", "/v1/traces", self.ingestion),
            Route("POST", "/v1/metrics", self.ingestion),
            Route("POST", "/v1/logs", self.ingestion),
            Route("POST", "/api/public/otel/v1/traces", self.ingestion),
            Route("POST", "/api/public/scores", self.ingestion),
            Route("GET", "/v1/metrics", self.query),
            Route("GET", "/v1/series", self.query),
            Route("GET", "/v1/summary", self.query),
            *self._alert_routes(),
            *self._forecast_routes(),
            *self._console_routes(),
            *self._privacy_routes(),
            *(Route("GET", path, self.query) for path in STORY_PATHS),
            Route("GET", "/v1/prices", self.query),
            Route("PUT", "/v1/prices", self.query),
            Route("DELETE", "/v1/prices", self.query),
            Route("GET", "/v1/prices/unpriced", self.query),
            Route("GET", "/v1/quality", self.query),
            Route("GET", "/v1/keys", self.access),
            Route("POST", "/v1/keys", self.access),
            Route("POST", "/v1/keys/{id}/rotate", self.access),
            Route("DELETE", "/v1/keys/{id}", self.access),
            Route("GET", "/v1/health", self.query, keyed=False),
            Route("GET", "/openapi.json", self.query, keyed=False),
            Route("GET", "/", self.console, keyed=False, anyone_per_second=PAGES_PER_SECOND),
            Route("GET", "/{proxy+}", self.console, keyed=False, anyone_per_second=PAGES_PER_SECOND),
        )

    def _preflights(self) -> tuple[Route, ...]:
        """Of browsers, which bring no key when they ask what a page may send; only if there are pages that may."""
        if not self.deployment.allowed_origins:
            return ()
        paths = dict.fromkeys(route.path for route in self._routes() if route.keyed)
        return tuple(Route("OPTIONS", path, self.console, keyed=False) for path in paths)

    def _alert_routes(self) -> tuple[Route, ...]:
        methods = {
            "/v1/anomalies": ("GET",),
            "/v1/anomalies/{id}": ("GET", "PATCH"),
            "/v1/rules": ("GET", "POST"),
            "/v1/rules/{id}": ("GET", "PUT", "DELETE"),
            "/v1/maintenance": ("GET", "POST"),
            "/v1/maintenance/{id}": ("DELETE",),
        }
        return tuple(Route(method, path, self.query) for path, some in methods.items() for method in some)

    def _forecast_routes(self) -> tuple[Route, ...]:
        methods = {
            "/v1/forecasts": ("GET",),
            "/v1/forecasts/what-if": ("POST",),
            "/v1/budgets": ("GET", "POST"),
            "/v1/budgets/{id}": ("GET", "PUT", "DELETE"),
        }
        return tuple(Route(method, path, self.query) for path, some in methods.items() for method in some)

    def _console_routes(self) -> tuple[Route, ...]:
        methods = {
            "/v1/query": ("GET", "POST"),
            "/v1/query/export": ("POST",),
            "/v1/me": ("GET",),
            "/v1/live": ("POST",),
            "/v1/dashboards": ("GET", "POST"),
            "/v1/dashboards/{id}": ("GET", "PUT", "DELETE"),
            "/v1/dashboards/{id}/share": ("POST", "DELETE"),
            "/v1/dashboards/shared/{token}": ("GET",),
            "/v1/preferences": ("GET", "PUT"),
            "/v1/audit": ("GET",),
            "/v1/audit/verify": ("GET",),
        }
        return tuple(Route(method, path, self.query) for path, some in methods.items() for method in some)

    def _privacy_routes(self) -> tuple[Route, ...]:
        methods = {
            "/v1/privacy/requests": ("GET",),
            "/v1/privacy/requests/{id}": ("GET", "DELETE"),
            "/v1/privacy/requests/{id}/download": ("GET",),
            "/v1/privacy/exports": ("POST",),
            "/v1/privacy/erasures": ("POST",),
            "/v1/privacy/holds": ("GET", "POST"),
            "/v1/privacy/holds/{id}": ("DELETE",),
            "/v1/privacy/consents": ("GET", "POST"),
        }
        return tuple(Route(method, path, self.privacy) for path, some in methods.items() for method in some)

    @property
    def console_url(self) -> str:
        """Of the page that shows what a notice is about; not by the stage's own URL, which its functions come before."""
        if self.deployment.console_url:
            return self.deployment.console_url
        if self.deployment.domain:
            return f"https://app.{self.deployment.domain.name}/"
        host = f"{self.hub_api.api.rest_api_id}.execute-api.{self.region}.{self.url_suffix}"
        return f"https://{host}/{STAGE}/"

    def _ingestion(self) -> HubFunction:
        ingestion = HubFunction(
            self,
            "Ingestion",
            is_traced=True,
            stage="ingestion",
            foundation=self.foundation,
            environment={
                **self.storage.events.settings,
                "PRICE_TABLE": self.storage.prices.table_name,
                "REFUSAL_TABLE": self.storage.refusals.table_name,
                "KEEP_CONTENT": str(self.deployment.keep_content).lower(),
                "MAX_BODY_BYTES": str(MAX_BODY_BYTES),
                "MAX_INFLATED_BYTES": str(MAX_INFLATED_BYTES),
                **origin_settings(self.deployment),
                **partition_settings(self.deployment),
                **lateness_settings(self.deployment),
            },
            memory_mb=1024,
            timeout=Duration.seconds(28),
            network=self.storage.events.network,
        )
        grants.put_events(ingestion, self.storage)
        grants.read_prices(ingestion, self.storage)
        grants.count_refusals(ingestion, self.storage)
        return ingestion

    def _query(self) -> HubFunction:
        query = HubFunction(
            self,
            "Query",
            is_traced=True,
            stage="query",
            foundation=self.foundation,
            environment={
                "STATE_TABLE": self.storage.window_state.table_name,
                "CLOSED_WINDOW_TABLE": self.storage.closed_windows.table_name,
                "ROLLUP_TABLE": self.storage.rollups.table_name,
                "ANOMALY_TABLE": self.storage.anomalies.table_name,
                "DETECTION_TABLE": self.storage.detection.table_name,
                "EVENT_BUS": self.storage.bus.event_bus_name,
                "PRICE_TABLE": self.storage.prices.table_name,
                "REFUSAL_TABLE": self.storage.refusals.table_name,
                "FORECAST_TABLE": self.storage.forecasts.table_name,
                "BUDGET_TABLE": self.storage.budgets.table_name,
                "INCIDENT_TABLE": self.storage.incidents.table_name,
                "CORRELATION_TABLE": self.storage.correlation.table_name,
                "EVENT_INDEX_TABLE": self.storage.event_index.table_name,
                "DOCUMENT_TABLE": self.storage.documents.table_name,
                "AUDIT_TABLE": self.storage.audit.table_name,
                "LIVE_TABLE": self.storage.live.table_name,
                "LIVE_URL": self.live_url,
                **layout_settings(self.deployment),
                **window_settings(self.deployment),
                **origin_settings(self.deployment),
            },
            memory_mb=1024,
            timeout=Duration.seconds(28),
            libraries=[PARQUET],
        )
        grants.answer_queries(query, self.storage)
        grants.decide_alerts(query, self.storage)
        grants.read_incidents(query, self.storage)
        grants.keep_prices(query, self.storage)
        grants.read_refusals(query, self.storage)
        grants.keep_budgets(query, self.storage)
        grants.keep_documents(query, self.storage)
        grants.keep_audit(query, self.storage)
        grants.issue_tickets(query, self.storage)
        return query

    def _console(self) -> HubFunction:
        return HubFunction(
            self,
            "Console",
            is_traced=True,
            stage="console",
            foundation=self.foundation,
            environment={
                "DEPLOYMENT": self.deployment.name,
                "GROUPINGS": json.dumps(self.deployment.groupings),
                "LIVE_URL": self.live_url,
                **origin_settings(self.deployment),
                "SIGN_IN": json.dumps(
                    [
                        {name: getattr(issuer, name) for name in ("issuer", "client_id", "audience")}
                        for issuer in self.deployment.oidc_issuers
                        if issuer.client_id
                    ]
                ),
            },
            memory_mb=512,
            timeout=Duration.seconds(10),
        )

    def _access(self) -> HubFunction:
        access = HubFunction(
            self,
            "Access",
            is_traced=True,
            stage="access",
            foundation=self.foundation,
            environment={
                "ACCESS_KEY_TABLE": self.storage.access_keys.table_name,
                "AUDIT_TABLE": self.storage.audit.table_name,
                "USAGE_PLAN_PREFIX": self.deployment.prefix,
                "OIDC_ISSUERS": json.dumps([_trusted(issuer) for issuer in self.deployment.oidc_issuers]),
                **origin_settings(self.deployment),
            },
            memory_mb=512,
            timeout=Duration.seconds(10),
            refuses_by_raising=True,
        )
        grants.manage_keys(access, self.storage)
        grants.keep_audit(access, self.storage)
        grants.meter_keys(access)
        return access

    def _privacy(self) -> HubFunction:
        privacy = HubFunction(
            self,
            "Privacy",
            is_traced=True,
            stage="privacy",
            foundation=self.foundation,
            environment={
                "DOCUMENT_TABLE": self.storage.documents.table_name,
                "AUDIT_TABLE": self.storage.audit.table_name,
                "EVENT_INDEX_TABLE": self.storage.event_index.table_name,
                "INCIDENT_TABLE": self.storage.incidents.table_name,
                "CORRELATION_TABLE": self.storage.correlation.table_name,
                "ARCHIVE_BUCKET": self.storage.archive.bucket_name,
                "EXPORT_BUCKET": self.storage.exports.bucket_name,
                **origin_settings(self.deployment),
            },
            memory_mb=1024,
            timeout=Duration.minutes(5),
        )
        grants.answer_subjects(privacy, self.storage)
        rule = events.Rule(
            self,
            "PrivacyEveryFiveMinutes",
            description="Goes on with exports and erasures of data subjects",
            schedule=events.Schedule.rate(Duration.minutes(1 if self.deployment.emulated else 5)),
            targets=[targets.LambdaFunction(privacy.function, max_event_age=Duration.minutes(5), retry_attempts=0)],
        )
        acknowledge(
            rule, {"Serverless-EventBusDLQ": "A missed run is made good by the next; a request stays until it is done."}
        )
        return privacy

    def _firewall(self) -> None:
        fastest = max(plan.requests_per_second for plan in self.deployment.rate_plans.values())
        Firewall(
            self,
            "Firewall",
            stage=self.hub_api.api.deployment_stage,
            requests_per_5_minutes=2 * 300 * fastest,
            is_behind_a_proxy=self.deployment.content_delivery,
        )

    def _alarms(self) -> None:
        api = self.hub_api.api
        server_errors = HubAlarm(
            self,
            "ServerErrorsAlarm",
            metric=api.metric_server_error(statistic="Average", period=Duration.minutes(1)),
            limit=0.01,
            periods=3,
            topic=self.storage.alarms,
            means="More than 1 % of the requests have failed for 3 minutes.",
        )
        self.hub_api.roll_back_on(server_errors)
        HubAlarm(
            self,
            "LatencyAlarm",
            metric=cloudwatch.Metric(
                namespace="AWS/ApiGateway",
                metric_name="Latency",
                dimensions_map={"ApiName": self.deployment.prefix},
                statistic="p99",
                period=Duration.minutes(1),
            ),
            limit=Duration.seconds(3).to_milliseconds(),
            periods=5,
            topic=self.storage.alarms,
            means="The slowest 1 % of the requests have taken more than 3 s for 5 minutes.",
        )

    def _outputs(self) -> None:
        api = self.hub_api.api
        CfnOutput(self, "ApiUrl", value=api.url)
        CfnOutput(self, "RestApiId", value=api.rest_api_id)
        CfnOutput(self, "AccessFunction", value=self.access.function.function_name)


def _trusted(issuer: OidcIssuer) -> dict[str, Any]:
    """What tokens are judged by; whom the console signs in as is none of it."""
    return {name: value for name, value in asdict(issuer).items() if name != "client_id"}
