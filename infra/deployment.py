"""The deployments of the hub: everything in which one installed hub differs from another."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from types import MappingProxyType
from typing import Literal

DEFAULT_GROUPINGS: tuple[tuple[str, ...], ...] = (
    (),
    ("model",),
    ("provider",),
    ("source_module",),
    ("environment",),
    ("team",),
    ("team", "model"),
)


@dataclass(frozen=True, slots=True)
class RatePlan:
    """What one API key may ask of the gateway: requests a second, the burst over that, requests a month."""

    requests_per_second: int
    burst: int
    requests_per_month: int


@dataclass(frozen=True, slots=True)
class OidcIssuer:
    """An issuer of OpenID Connect whose users may use the API: docs/access.md says what each field means."""

    issuer: str
    audience: str
    tenant: str | None = None
    tenant_claim: str = "tenant"
    role_claims: tuple[str, ...] = ("roles", "realm_access.roles", "groups")
    roles: Mapping[str, str] = field(default_factory=dict)
    rate_plan: str = "standard"
    jwks_uri: str | None = None
    client_id: str | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """One installed hub. `partitions` never changes once events have been taken: state is keyed by it (PROTOCOL rule 18).
    Neither does `state_layout`, for neither layout reads what the other has stored.

    `stream` is what carries events: Kinesis, or a topic of Amazon MSK Serverless (docs/msk.md).

    `shards` is the size of a provisioned event stream; without it the stream is on demand. `emulated` deployments
    run on this machine: its architecture and interpreter, and nothing that only a real account can do.

    A model of whose last `fast_error_requests` requests or more the share `fast_error_ratio` failed is told at once.
    Anomalies of severity `alerts_from` or worse are told: by e-mail to `alert_email`, and posted to `alert_webhook` (a
    Slack hook gets a text, any other the whole event) with the key that Secrets Manager keeps as `alert_webhook_secret`.

    `monthly_budget_usd` is what this deployment may cost: the alarm topic hears of 80 % spent and of more foreseen.
    `backup_days` is how long AWS Backup keeps a copy of each table, made every night; without it there are none.
    `permissions_boundary` is the name of the managed policy that a shared account puts on every role.

    `keep_content` keeps prompts and answers, in the archive and the event stream; without it they go no further than
    ingestion.
    """

    name: str
    partitions: int = 16
    stream: Literal["kinesis", "msk"] = "kinesis"
    shards: int | None = None
    state_layout: Literal["items", "segments"] = "items"
    allowed_lateness: timedelta = timedelta(hours=24)
    closing_delay: timedelta = timedelta(seconds=30)
    series_limit: int = 5_000
    groupings: tuple[tuple[str, ...], ...] = DEFAULT_GROUPINGS
    stream_retention: timedelta = timedelta(hours=48)
    log_retention_days: int = 30
    failure_retention: timedelta = timedelta(days=30)
    archive_retention: timedelta = timedelta(days=90)
    rate_plans: Mapping[str, RatePlan] = field(
        default_factory=lambda: MappingProxyType(
            {
                "standard": RatePlan(requests_per_second=50, burst=100, requests_per_month=20_000_000),
                "high": RatePlan(requests_per_second=1_000, burst=2_000, requests_per_month=1_000_000_000),
            }
        )
    )
    requests_per_second: int = 5_000
    oidc_issuers: tuple[OidcIssuer, ...] = ()
    keep_data: bool = False
    keep_content: bool = False
    emulated: bool = False
    alarm_email: str | None = None
    aggregation_concurrency: int | None = None
    detection_resolution: str = "5m"
    detection_method: str = "learned"
    detection_warm_up_windows: int = 150
    alerts_from: str = "medium"
    fast_error_ratio: float = 0.5
    fast_error_requests: int = 50
    console_url: str | None = None
    alert_email: str | None = None
    alert_webhook: str | None = None
    alert_webhook_secret: str | None = None
    log_level: str = "INFO"
    backup_days: int | None = None
    monthly_budget_usd: int | None = None
    permissions_boundary: str | None = None

    def __post_init__(self) -> None:
        if () not in self.groupings:
            raise ValueError("the total, (), must be among the groupings: it counts the events of a window")
        if self.stream == "msk" and (self.shards or self.emulated):
            raise ValueError("a topic has partitions instead of shards, and no emulator has one")
        if self.alert_webhook and not self.alert_webhook_secret:
            raise ValueError("a webhook needs the name of the secret that it is called with")

    @property
    def prefix(self) -> str:
        """The name by which this hub is told from another one in the same account."""
        return f"llm-analytics-hub-{self.name}"

    @property
    def stack_prefix(self) -> str:
        return f"LlmAnalyticsHub-{self.name}"

    @property
    def state_retention(self) -> timedelta:
        """How long an event can be folded: longer than it may be late plus the time it may wait in the stream."""
        return timedelta(days=9)


_DEV = Deployment(name="dev")

DEPLOYMENTS: Mapping[str, Deployment] = MappingProxyType(
    {
        deployment.name: deployment
        for deployment in (
            _DEV,
            replace(_DEV, name="staging", log_retention_days=90),
            replace(
                _DEV,
                name="prod",
                # Above 5,000 events/s: state_layout="segments" (docs/decisions.md has the figures).
                stream_retention=timedelta(days=7),
                log_retention_days=365,
                failure_retention=timedelta(days=90),
                archive_retention=timedelta(days=400),
                keep_data=True,
                aggregation_concurrency=200,
            ),
            replace(
                _DEV,
                name="local",
                partitions=4,
                shards=2,
                log_retention_days=1,
                failure_retention=timedelta(days=1),
                archive_retention=timedelta(days=1),
                emulated=True,
                detection_resolution="1m",
                detection_warm_up_windows=60,
                alerts_from="low",
            ),
        )
    }
)


def deployment_named(name: str) -> Deployment:
    try:
        return DEPLOYMENTS[name]
    except KeyError:
        known = ", ".join(sorted(DEPLOYMENTS))
        raise SystemExit(f"there is no deployment '{name}'; there are: {known}") from None
