"""CloudWatch's dashboards show what is emitted, and say what is true."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.observability.metrics import MetricName
from tests.infra.synthesised import STAGES, Synthesised

ROOT = Path(__file__).parents[2]
OURS = "LLMAnalyticsHub/prod"
COLUMNS = 24
# The user guides of the services: namespace and dimensions, and what is told of them.
OF_AWS: Mapping[tuple[str, frozenset[str]], frozenset[str]] = {
    ("AWS/Lambda", frozenset({"FunctionName"})): frozenset(
        {"ConcurrentExecutions", "Duration", "Errors", "Invocations", "IteratorAge", "OffsetLag", "Throttles"}
    ),
    ("AWS/ApiGateway", frozenset({"ApiName"})): frozenset(
        {"4XXError", "5XXError", "Count", "IntegrationLatency", "Latency"}
    ),
    ("AWS/Kinesis", frozenset({"StreamName"})): frozenset(
        {"PutRecords.ThrottledRecords", "ReadProvisionedThroughputExceeded", "WriteProvisionedThroughputExceeded"}
    ),
    ("AWS/DynamoDB", frozenset({"TableName"})): frozenset({"ReadThrottleEvents", "WriteThrottleEvents"}),
    ("AWS/SQS", frozenset({"QueueName"})): frozenset({"ApproximateAgeOfOldestMessage"}),
    ("AWS/Events", frozenset({"RuleName"})): frozenset({"FailedInvocations"}),
    ("AWS/SNS", frozenset({"TopicName"})): frozenset({"NumberOfNotificationsFailed"}),
    ("AWS/WAFV2", frozenset({"WebACL", "Rule", "Region"})): frozenset({"BlockedRequests"}),
}


@dataclass(frozen=True)
class Shown:
    """One metric in a widget, as CloudWatch's source format has it."""

    namespace: str
    name: str
    dimensions: Mapping[str, str]


def boards(hub: Synthesised) -> dict[str, list[dict[str, Any]]]:
    """The widgets of each dashboard, by its name's last word; what only a deployment knows is "X"."""
    found = hub.properties("AWS::CloudWatch::Dashboard")
    return {board["DashboardName"].rsplit("-", 1)[1]: _body(board["DashboardBody"])["widgets"] for board in found}


def _body(joined: Any) -> dict[str, Any]:
    text = "".join(part if isinstance(part, str) else _name(part) for part in joined["Fn::Join"][1])
    body: dict[str, Any] = json.loads(text)
    return body


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference.get("Fn::ImportValue", "X"))


def shown(widgets: list[dict[str, Any]]) -> Iterator[Shown]:
    for widget in widgets:
        for line in widget["properties"].get("metrics", []):
            told = [part for part in line if isinstance(part, str)]
            if told:
                yield Shown(told[0], told[1], dict(zip(told[2::2], told[3::2], strict=True)))


def all_shown(*hubs: Synthesised) -> list[Shown]:
    return [metric for hub in hubs for widgets in boards(hub).values() for metric in shown(widgets)]


def test_an_account_has_a_dashboard_for_operations_and_one_for_business(prod: Synthesised, local: Synthesised) -> None:
    assert set(boards(prod)) == {"operations", "business"}
    assert boards(local) == {}


def test_each_of_the_hubs_own_metrics_is_emitted_by_the_stage_it_is_shown_of(
    prod: Synthesised, mirrored: Synthesised
) -> None:
    ours = [metric for metric in all_shown(prod, mirrored) if metric.namespace == OURS]

    assert len(ours) > 40
    for metric in ours:
        stage = ROOT / "functions" / metric.dimensions["service"]
        emitting = "\n".join(path.read_text() for path in stage.glob("*.py"))
        assert set(metric.dimensions) == {"service"}
        assert re.search(rf"MetricName\.{MetricName(metric.name).name}\b", emitting), metric


def test_each_of_awss_metrics_is_one_that_its_service_tells(
    prod: Synthesised, msk: Synthesised, mirrored: Synthesised
) -> None:
    theirs = [metric for metric in all_shown(prod, msk, mirrored) if metric.namespace != OURS]

    for metric in theirs:
        assert metric.name in OF_AWS[metric.namespace, frozenset(metric.dimensions)], metric
    assert {metric.namespace for metric in theirs} == {namespace for namespace, _ in OF_AWS}


def test_operators_see_errors_throttles_and_time_of_every_stage(prod: Synthesised) -> None:
    for name in ("Errors", "Throttles", "Duration"):
        of = " ".join(metric.dimensions["FunctionName"] for metric in all_shown(prod) if metric.name == name)

        assert [stage for stage in STAGES if f"{stage}function" not in of.lower()] == []


def test_operators_of_a_topic_see_how_many_records_wait_in_it(prod: Synthesised, msk: Synthesised) -> None:
    assert "OffsetLag" not in {metric.name for metric in all_shown(prod)}
    assert "OffsetLag" in {metric.name for metric in all_shown(msk)}
    assert "AWS/Kinesis" not in {metric.namespace for metric in all_shown(msk)}


def test_operators_of_a_mirror_see_what_it_takes_and_refuses(prod: Synthesised, mirrored: Synthesised) -> None:
    of_mirror = {metric.name for metric in all_shown(mirrored)} - {metric.name for metric in all_shown(prod)}

    assert of_mirror == {"PointsMirrored", "PointsRefused", "WindowsMirrored", "WindowsMirroredAgain"}


def test_every_alarm_that_tells_somebody_is_on_the_operators_dashboard(mirrored: Synthesised) -> None:
    listed = {
        arn.partition(":alarm:")[2]
        for widget in boards(mirrored)["operations"]
        for arn in widget["properties"].get("alarms", [])
    }
    telling = {
        alarm["AlarmName"]
        for kind in ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
        for alarm in mirrored.properties(kind)
        if "AlarmActions" in alarm
    }

    assert listed == telling
    assert all(len(widget["properties"].get("alarms", [])) <= 100 for widget in boards(mirrored)["operations"])


def test_a_line_across_a_graph_stands_where_its_alarm_rises(prod: Synthesised) -> None:
    limits = {
        alarm["MetricName"]: alarm["Threshold"]
        for alarm in prod.properties("AWS::CloudWatch::Alarm")
        if "MetricName" in alarm
    }
    drawn = {
        widget["properties"]["metrics"][0][1]: line["value"]
        for widget in boards(prod)["operations"]
        for line in widget["properties"].get("annotations", {}).get("horizontal", [])
    }

    assert drawn == {name: limits[name] for name in ("CursorAge", "DetectionAge", "WatermarkAge")} | {
        "RecordsQuarantined": limits["FailuresWaiting"]
    }


def test_text_says_what_to_do_on_pages_that_are_there(mirrored: Synthesised) -> None:
    for widgets in boards(mirrored).values():
        text = [widget["properties"]["markdown"] for widget in widgets if widget["type"] == "text"]
        pages = {page for each in text for page in re.findall(r"docs/[\w/-]+\.md", each)}

        assert len(text) >= 4
        assert pages
        assert [page for page in pages if not (ROOT / page).is_file()] == []


def test_widgets_stand_beside_and_below_each_other(mirrored: Synthesised) -> None:
    for widgets in boards(mirrored).values():
        taken = [
            (column, row)
            for widget in widgets
            for column in range(widget["x"], widget["x"] + widget["width"])
            for row in range(widget["y"], widget["y"] + widget["height"])
        ]

        assert len(taken) == len(set(taken))
        assert max(column for column, _ in taken) < COLUMNS
