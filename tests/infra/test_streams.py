"""Every reader of a stream has somewhere to put what fails, and never gives up early."""

import json
from collections.abc import Mapping
from typing import Any

from tests.infra.synthesised import Synthesised, strings

HOUR = 3600


def mappings(hub: Synthesised) -> list[Mapping[str, Any]]:
    """Those of streams; a queue keeps what fails itself."""
    found = [each for each in hub.properties("AWS::Lambda::EventSourceMapping") if "StartingPosition" in each]
    assert found
    return found


def schedules(hub: Synthesised) -> dict[str, list[str]]:
    """What each schedule invokes, by its rate."""
    invoked: dict[str, list[str]] = {}
    for rule in hub.properties("AWS::Events::Rule"):
        if "ScheduleExpression" in rule:
            invoked.setdefault(rule["ScheduleExpression"], []).append("".join(strings(rule["Targets"])))
    return invoked


def test_no_stream_is_mapped_to_a_name_twice_for_lambda_refuses_that(prod: Synthesised) -> None:
    pairs = [json.dumps([mapping["EventSourceArn"], mapping["FunctionName"]]) for mapping in mappings(prod)]

    assert len(set(pairs)) == len(pairs)


def test_every_mapping_has_a_failure_destination_in_s3(prod: Synthesised) -> None:
    destinations = [mapping["DestinationConfig"]["OnFailure"]["Destination"] for mapping in mappings(prod)]

    assert all("Failures" in "".join(strings(destination)) for destination in destinations)


def test_every_mapping_can_find_the_record_that_fails(prod: Synthesised) -> None:
    for mapping in mappings(prod):
        assert mapping["BisectBatchOnFunctionError"] is True
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_every_mapping_retries_until_a_record_is_hours_old(prod: Synthesised) -> None:
    for mapping in mappings(prod):
        assert mapping["MaximumRetryAttempts"] == -1
        assert 12 * HOUR <= mapping["MaximumRecordAgeInSeconds"] < 24 * HOUR


def test_every_mapping_starts_with_the_oldest_record(prod: Synthesised) -> None:
    assert {mapping["StartingPosition"] for mapping in mappings(prod)} == {"TRIM_HORIZON"}


def test_progress_wakes_rollup_at_once_and_state_is_gathered(prod: Synthesised) -> None:
    filtered = {
        mapping["FilterCriteria"]["Filters"][0]["Pattern"]: mapping["MaximumBatchingWindowInSeconds"]
        for mapping in mappings(prod)
        if "FilterCriteria" in mapping
    }

    written = '{"eventName":["INSERT","MODIFY"],"dynamodb":{"Keys":{"pk":{"S":[%s]}}}}'
    assert filtered[written % '"progress"'] == 0
    assert filtered[written % '{"prefix":"2"}'] == 60


def test_the_cursor_and_the_heads_that_are_judged_wake_anomaly_at_once(prod: Synthesised) -> None:
    (told,) = [
        mapping
        for mapping in mappings(prod)
        if "ClosedWindows" in "".join(strings(mapping["EventSourceArn"]))
        and "Anomaly" in "".join(strings(mapping["FunctionName"]))
    ]

    (pattern,) = [json.loads(each["Pattern"]) for each in told["FilterCriteria"]["Filters"]]

    assert pattern["dynamodb"]["Keys"]["pk"]["S"] == ["cursor", {"prefix": "5m#"}]
    assert "MaximumBatchingWindowInSeconds" not in told or told["MaximumBatchingWindowInSeconds"] == 0


def test_records_outlive_their_retries(prod: Synthesised) -> None:
    (stream,) = prod.properties("AWS::Kinesis::Stream")

    oldest = max(mapping["MaximumRecordAgeInSeconds"] for mapping in mappings(prod))

    assert stream["RetentionPeriodHours"] * HOUR > oldest


def test_state_outlives_lateness_and_the_stream(prod: Synthesised, local: Synthesised) -> None:
    for deployment in (prod.deployment, local.deployment):
        assert deployment.state_retention > deployment.allowed_lateness + deployment.stream_retention


def test_heartbeat_ticks_every_minute(prod: Synthesised) -> None:
    assert any("Heartbeat" in target for target in schedules(prod)["rate(1 minute)"])


def test_what_failed_is_redriven_every_five_minutes(prod: Synthesised) -> None:
    assert any("Redrive" in target for target in schedules(prod)["rate(5 minutes)"])


def test_series_are_forecast_every_hour(prod: Synthesised) -> None:
    assert any("Forecasting" in target for target in schedules(prod)["rate(1 hour)"])


def test_every_queue_that_is_worked_off_gives_up_into_another_that_is_an_alarm(prod: Synthesised) -> None:
    (mapping,) = [each for each in prod.properties("AWS::Lambda::EventSourceMapping") if "StartingPosition" not in each]
    (tasks,) = [queue for queue in prod.properties("AWS::SQS::Queue") if "RedrivePolicy" in queue]
    (function,) = [each for each in prod.properties("AWS::Lambda::Function") if "forecasting" in each["Handler"]]

    assert mapping["BatchSize"] == 1
    assert tasks["RedrivePolicy"]["maxReceiveCount"] == 3
    assert "FailedForecastTasks" in "".join(strings(tasks["RedrivePolicy"]))
    assert tasks["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert any(
        "FailedForecastTasks" in "".join(strings(alarm["Dimensions"]))
        for alarm in prod.properties("AWS::CloudWatch::Alarm")
        if alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"
    )


def test_the_archive_gathers_long_and_may_be_behind_for_longer(prod: Synthesised) -> None:
    windows = {mapping["MaximumBatchingWindowInSeconds"] for mapping in mappings(prod)}
    (limit,) = [
        alarm["Threshold"]
        for alarm in prod.properties("AWS::CloudWatch::Alarm")
        if alarm.get("MetricName") == "IteratorAge" and "Archive" in "".join(strings(alarm["Dimensions"]))
    ]

    assert max(windows) == 300
    assert limit > 3 * 300 * 1000


def test_aggregation_waits_for_more_events_as_long_as_the_deployment_says(
    prod: Synthesised, edged: Synthesised
) -> None:
    windows = [[each["MaximumBatchingWindowInSeconds"] for each in mappings(hub)] for hub in (prod, edged)]

    assert (windows[0].count(2), windows[1].count(5)) == (1, 1)
