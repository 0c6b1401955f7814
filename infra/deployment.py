"""The deployments of the hub: everything in which one installed hub differs from another."""

import re
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

DERIVED_TABLES = frozenset({"EventIndex"})
"""By their names in the storage stack: no point-in-time recovery keeps them, since a replay of the archive writes them again."""


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
class Domain:
    """`api.`, `ingest.` and `app.` before `name` are the hub's. With the id of the Route 53 zone that `name` is in, records
    and certificate are made; without it, the certificate (of all three, in the hub's region) is brought along.
    """

    name: str
    hosted_zone_id: str | None = None
    certificate_arn: str | None = None

    def __post_init__(self) -> None:
        if not self.hosted_zone_id and not self.certificate_arn:
            raise ValueError("a domain needs its hosted zone, or a certificate")


@dataclass(frozen=True, slots=True)
class Deployment:
    """One installed hub. What each field means stands under it: the reference of parameters is made of these texts.

    `partitions` and `state_layout` never change once events have been taken, since state is keyed by them.
    """

    name: str
    """By which the hub is told from another one in the same account; part of every stack's and alarm's name."""
    partitions: int = 16
    """How many parts of the stream are folded side by side: 16, or 64 above 20,000 events/s. Never changes (PROTOCOL
    rule 18).
    """
    stream: Literal["kinesis", "msk"] = "kinesis"
    """What carries events: Kinesis, or a topic of Amazon MSK Serverless (docs/msk.md)."""
    shards: int | None = None
    """Size of a provisioned event stream; without it the stream is on demand."""
    state_layout: Literal["items", "segments"] = "items"
    """How the state of open windows is stored: `segments` above 100 events/s (docs/decisions.md). Never changes:
    neither layout reads what the other has stored.
    """
    table_capacity: Literal["on-demand", "provisioned"] = "on-demand"
    """How the tables that grow with the traffic are paid: `provisioned` follows the load at 70 % and costs two fifths, above
    1,000 events/s that come evenly; what a burst is refused waits in the stream (docs/costs.md).
    """
    allowed_lateness: timedelta = timedelta(hours=24)
    """An event that is older than this when it arrives is archived and counted as late, not folded."""
    closing_delay: timedelta = timedelta(seconds=30)
    """How long after its end a window stays open for events that are under way."""
    series_limit: int = 5_000
    """Most series of a tenant in one window; the rest is one series that says so."""
    groupings: tuple[tuple[str, ...], ...] = DEFAULT_GROUPINGS
    """By which dimensions events are counted together; `()` is the total and must be there."""
    stream_retention: timedelta = timedelta(hours=48)
    """How long the event stream keeps what waits: the longest outage of a stage without any loss."""
    log_retention_days: int = 30
    """How long CloudWatch keeps the logs of functions."""
    failure_retention: timedelta = timedelta(days=30)
    """How long records that were given up or quarantined are kept."""
    archive_retention: timedelta = timedelta(days=90)
    """How long the archive keeps events, which is how far back a replay can go."""
    rate_plans: Mapping[str, RatePlan] = field(
        default_factory=lambda: MappingProxyType(
            {
                "standard": RatePlan(requests_per_second=100, burst=200, requests_per_month=20_000_000),
                "high": RatePlan(requests_per_second=1_000, burst=2_000, requests_per_month=1_000_000_000),
            }
        )
    )
    """What an API key may ask of the gateway, by the name of its plan: requests a second, the burst over that, requests
    a month.
    """
    requests_per_second: int = 100
    """What each route of the gateway takes of all keys together; a key whose plan allows more gets no more than this."""
    domain: Domain | None = None
    """A domain of one's own, under which the hub has the names `api.`, `ingest.` and `app.` (docs/edges.md)."""
    content_delivery: bool = False
    """CloudFront before the API: the console's files near whoever opens it, connections to the API by the shortest way
    (docs/edges.md).
    """
    allowed_origins: tuple[str, ...] = ()
    """Origins (`https://app.example.com`) whose pages may use the API from a browser, beside the console, which is of the
    same origin (CORS).
    """
    oidc_issuers: tuple[OidcIssuer, ...] = ()
    """Issuers of OpenID Connect whose users may use the API (docs/access.md)."""
    keep_data: bool = False
    """`cdk destroy` leaves tables, buckets, stream, key and logs where they are, and cannot delete storage; without it
    they go too, with all that is in them.
    """
    keep_content: bool = False
    """Keeps prompts and answers, in the archive and the event stream; without it they go no further than ingestion."""
    canary: Literal["off", "10-percent-5-minutes", "10-percent-15-minutes", "10-percent-each-minute"] = "off"
    """How callers of the API come to a new release: this part of them first, all after so long, and back to the release
    before if an alarm rises meanwhile (docs/upgrading.md).
    """
    emulated: bool = False
    """Runs on this machine: its architecture and interpreter, and nothing that only a real account can do."""
    alarm_email: str | None = None
    """Who is told of every alarm."""
    aggregation_window_seconds: int = 2
    """How long a batch waits for more events before it is folded. Above 3,000 events/s 10 save a fifth of the bill, and show
    and close windows 8 s later.
    """
    aggregation_concurrency: int | None = None
    """Most aggregations at a time; without it, what the account allows."""
    detection_resolution: str = "5m"
    """Which windows are judged: `1m`, `5m`, `15m` or `1h`."""
    detection_method: str = "learned"
    """The detector (docs/detectors.md)."""
    detection_warm_up_windows: int = 150
    """How many windows of a series are learned from before any of it is told."""
    alerts_from: str = "medium"
    """Anomalies of this severity or worse are told: `low`, `medium`, `high` or `critical`."""
    fast_error_ratio: float = 0.5
    """Share of the last requests of a model which, failed, is told at once, before the window closes."""
    fast_error_requests: int = 50
    """Of how many requests at least `fast_error_ratio` is taken."""
    console_url: str | None = None
    """Address of the console in what people are told; without it, `app.` of the domain, or else the API's own."""
    alert_email: str | None = None
    """Who is told of anomalies."""
    alert_webhook: str | None = None
    """Where anomalies are posted: a Slack hook gets a text, any other the whole event."""
    alert_webhook_secret: str | None = None
    """Name of the secret in Secrets Manager with the key that the webhook is called with."""
    log_level: str = "INFO"
    """From which level functions log: `DEBUG`, `INFO`, `WARNING` or `ERROR`."""
    backup_days: int | None = None
    """How long AWS Backup keeps a copy of each table, made every night; without it there are none."""
    monthly_budget_usd: int | None = None
    """What this deployment may cost: the alarm topic hears of 80 % spent and of more foreseen."""
    permissions_boundary: str | None = None
    """Name of the managed policy that a shared account puts on every role."""
    timestream: Literal["influxdb", "live-analytics", "off"] = "off"
    """The engine that closed windows are mirrored into for Grafana and SQL (docs/mirror.md): `influxdb` is a Timestream for
    InfluxDB of the hub's own, `live-analytics` is for accounts that have it.
    """
    influx_url: str | None = None
    """An InfluxDB that stands elsewhere, instead of an instance of the hub's own."""

    def __post_init__(self) -> None:
        if () not in self.groupings:
            raise ValueError("the total, (), must be among the groupings: it counts the events of a window")
        if self.stream == "msk" and (self.shards or self.emulated):
            raise ValueError("a topic has partitions instead of shards, and no emulator has one")
        if self.timestream != "off" and self.emulated and not self.influx_url:
            raise ValueError("no emulator has a time series engine: say where an InfluxDB is")
        if self.alert_webhook and not self.alert_webhook_secret:
            raise ValueError("a webhook needs the name of the secret that it is called with")
        if self.emulated:
            self._refuse_what_no_emulator_has()
        for origin in self.allowed_origins:
            if not re.fullmatch(r"https?://[a-z0-9.-]+(:[0-9]+)?", origin):
                raise ValueError(f"{origin} is no origin as browsers send it: https://app.example.com, without a path")

    def _refuse_what_no_emulator_has(self) -> None:
        if self.domain:
            raise ValueError("no emulator has a name in the world")
        if self.content_delivery:
            raise ValueError("no emulator has CloudFront before it")
        if self.canary != "off":
            raise ValueError("no emulator shifts callers from one version to the next")
        if self.table_capacity == "provisioned":
            raise ValueError("no emulator follows the load")

    @property
    def prefix(self) -> str:
        """The name by which this hub is told from another one in the same account."""
        return f"llm-analytics-hub-{self.name}"

    @property
    def metrics_namespace(self) -> str:
        """Of its own metrics in CloudWatch: a hub that works must not hide one in the same account that does not."""
        return f"LLMAnalyticsHub/{self.name}"

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
                # Above 100 events/s: state_layout="segments" (docs/decisions.md has the figures).
                stream_retention=timedelta(days=7),
                log_retention_days=365,
                failure_retention=timedelta(days=90),
                archive_retention=timedelta(days=400),
                keep_data=True,
                canary="10-percent-5-minutes",
                requests_per_second=5_000,
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
                requests_per_second=5_000,
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
