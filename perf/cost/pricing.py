"""What each resource of a template costs in a month; a type that nobody has priced is an error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from perf.cost.usage import HOURS, SECONDS, Usage
from shared.adapters.archive import COLD_FROM_BYTES

Prices = Mapping[str, Any]
Properties = Mapping[str, Any]

PROVISIONED_SHARE: Final = 0.7
"""Of what is provisioned, what is used: the target that scaling follows."""
ALARMS_OF_A_POLICY: Final = 4
DAYS_OF_COLD_OBJECTS: Final = 90
"""Are paid, however soon an object goes."""
FREE: Final = frozenset(
    {
        "AWS::ApiGateway::Account",
        "AWS::ApiGateway::Authorizer",
        "AWS::ApiGateway::Deployment",
        "AWS::ApiGateway::GatewayResponse",
        "AWS::ApiGateway::Method",
        "AWS::ApiGateway::Resource",
        "AWS::ApiGateway::Stage",
        "AWS::ApiGateway::UsagePlan",
        "AWS::ApiGatewayV2::Integration",
        "AWS::ApiGatewayV2::Route",
        "AWS::ApiGatewayV2::Stage",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::CDK::Metadata",
        "AWS::CodeDeploy::Application",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::Glue::Database",
        "AWS::Glue::Table",
        "AWS::IAM::Policy",
        "AWS::IAM::Role",
        "AWS::Lambda::Alias",
        "AWS::Lambda::EventSourceMapping",
        "AWS::Lambda::LayerVersion",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
        "AWS::Events::EventBus",
        "AWS::Events::Rule",
        "AWS::S3::BucketPolicy",
        "AWS::SNS::TopicPolicy",
        "AWS::SQS::QueuePolicy",
        "AWS::WAFv2::WebACLAssociation",
    }
)
"""Have no price of their own: what they let through is paid where it arrives."""


class UnpricedError(LookupError):
    """A template has a resource of a type that is neither priced nor known to be free."""


@dataclass(frozen=True, slots=True)
class Line:
    """A resource of the bill: its type, its logical id, and USD a month."""

    kind: str
    name: str
    month_usd: float


def line_of(name: str, resource: Mapping[str, Any], usage: Usage, prices: Prices) -> Line | None:
    """None for what is free."""
    kind = resource["Type"]
    if kind in FREE:
        return None
    if kind not in _PRICED:
        raise UnpricedError(f"{kind} ({name}) has no price")
    return Line(kind, name, _PRICED[kind](name, resource.get("Properties", {}), usage, prices))


def _function(_name: str, of: Properties, usage: Usage, prices: Prices) -> float:
    stage = str(of["Handler"]).split(".")[1]
    seconds = usage.gigabyte_seconds(stage, int(of["MemorySize"]))
    is_traced = of.get("TracingConfig", {}).get("Mode") == "Active"
    traces = is_traced * _traced(usage.calls(stage)) * prices["xray"]["trace"]
    return float(
        seconds * prices["lambda"]["gb_second_arm"] + usage.calls(stage) * prices["lambda"]["request"] + traces
    )


def _traced(calls: float) -> float:
    """One a second, and a twentieth of the others: Lambda's own sampling, which nothing changes."""
    return min(calls, SECONDS) + 0.05 * max(0.0, calls - SECONDS)


def _stream(_name: str, of: Properties, usage: Usage, prices: Prices) -> float:
    """Read by aggregation, archive, watch and correlation."""
    kinesis, days = prices["kinesis"], of["RetentionPeriodHours"] / 24
    if shards := usage.shape.deployment.shards:
        shard_hour = kinesis["shard_hour"] + (kinesis["shard_hour_kept_longer"] if days > 1 else 0)
        return float(HOURS * shards * shard_hour + usage.records * kinesis["put_unit"])
    kept = usage.stream_gb / 30.4 * (days - 1) * kinesis["on_demand_gb_month_kept_longer"]
    moved = usage.stream_gb * (kinesis["on_demand_gb_in"] + 4 * kinesis["on_demand_gb_out"])
    return float(HOURS * kinesis["on_demand_hour"] + moved + kept)


def _table(name: str, of: Properties, usage: Usage, prices: Prices) -> float:
    used, dynamodb = usage.table(name.rstrip("0123456789ABCDEF")), prices["dynamodb"]
    of_class = dynamodb["infrequent"] if of.get("TableClass") == "STANDARD_INFREQUENT_ACCESS" else dynamodb
    is_recoverable = of.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled", False)
    kept = used.gb * (of_class["gb_month"] + is_recoverable * dynamodb["gb_month_recoverable"])
    if "ProvisionedThroughput" not in of:
        return float(used.writes * of_class["write_unit"] + used.reads * of_class["read_unit"] + kept)
    hours = 1 / (3600 * PROVISIONED_SHARE)
    return float(used.writes * hours * of_class["write_hour"] + used.reads * hours * of_class["read_hour"] + kept)


def _bucket(name: str, _of: Properties, usage: Usage, prices: Prices) -> float:
    """The archive keeps what arrived for as long as the deployment says; of the others only the detector's puts count."""
    if name.startswith("Archive"):
        return _archive(usage, prices["s3"])
    return float(usage.calls("anomaly") * 16 * prices["s3"]["put"]) if name.startswith("DetectorStates") else 0.0


def _archive(usage: Usage, s3: Mapping[str, float]) -> float:
    puts, days = usage.calls("archive"), usage.shape.deployment.archive_retention.days
    if usage.archived_gb_a_month / puts * 1e9 < COLD_FROM_BYTES:
        return usage.archived_gb_a_month * days / 30.4 * s3["gb_month"] + puts * s3["put"]
    months = max(days, DAYS_OF_COLD_OBJECTS) / 30.4
    return usage.archived_gb_a_month * months * s3["gb_month_instant"] + puts * s3["put_instant"]


def _log_group(name: str, _of: Properties, usage: Usage, prices: Prices) -> float:
    """All that is logged stands on the line of ingestion's group: what is paid is the GB."""
    if not name.startswith("IngestionLogs"):
        return 0.0
    months = usage.shape.deployment.log_retention_days / 30.4
    watch = prices["cloudwatch"]
    return float(usage.log_gb * (watch["log_gb"] + months * watch["log_gb_month"]))


def _fixed(*path: str) -> Callable[[str, Properties, Usage, Prices], float]:
    def price(_name: str, _of: Properties, _usage: Usage, prices: Prices) -> float:
        found: Any = prices
        for step in path:
            found = found[step]
        return float(found)

    return price


def _rest_api(_name: str, _of: Properties, usage: Usage, prices: Prices) -> float:
    return float((usage.posts + usage.calls("query")) * prices["api_gateway"]["rest_request"])


def _acl(_name: str, of: Properties, usage: Usage, prices: Prices) -> float:
    waf = prices["waf"]
    return float(waf["acl_month"] + len(of["Rules"]) * waf["rule_month"] + usage.posts * waf["request"])


def _queue(_name: str, _of: Properties, usage: Usage, prices: Prices) -> float:
    """Lambda looks into a queue three times a minute and poller."""
    return float((15 * 60 * HOURS / 5 + usage.calls("forecasting")) * prices["sqs"]["request"])


def _key(_name: str, _of: Properties, usage: Usage, prices: Prices) -> float:
    """Stream, tables and buckets ask for a data key every five minutes; queues and topics for each message."""
    return float(prices["kms"]["key_month"] + 20 * usage.calls("redrive") * prices["kms"]["request"])


_PRICED: Final[Mapping[str, Callable[[str, Properties, Usage, Prices], float]]] = {
    "AWS::ApiGateway::RestApi": _rest_api,
    "AWS::ApiGatewayV2::Api": lambda _n, _of, usage, prices: float(
        usage.calls("live") * prices["api_gateway"]["websocket_message"]
    ),
    "AWS::CloudWatch::Alarm": _fixed("cloudwatch", "alarm_month"),
    "AWS::CloudWatch::CompositeAlarm": _fixed("cloudwatch", "composite_alarm_month"),
    "AWS::CloudWatch::Dashboard": _fixed("cloudwatch", "dashboard_month"),
    "AWS::ApplicationAutoScaling::ScalingPolicy": lambda _n, _of, _usage, prices: (
        ALARMS_OF_A_POLICY * float(prices["cloudwatch"]["alarm_month"])
    ),
    "AWS::DynamoDB::Table": _table,
    "AWS::KMS::Key": _key,
    "AWS::Kinesis::Stream": _stream,
    "AWS::Lambda::Function": _function,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::SNS::Topic": lambda _n, _of, _usage, prices: 10 * float(prices["sns"]["notice"]),
    "AWS::SQS::Queue": _queue,
    "AWS::WAFv2::WebACL": _acl,
}
