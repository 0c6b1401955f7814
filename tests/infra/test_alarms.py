"""Trouble is told to people."""

import re
from pathlib import Path

from infra.stacks.operations import DEGRADING
from shared.observability.metrics import MetricName
from tests.infra.synthesised import STAGES, Synthesised, strings

ROOT = Path(__file__).parents[2]
JOINED = "AWS::CloudWatch::CompositeAlarm"
PARTS = ("**Symptom.**", "**Check.**", "**Fix.**", "**Prevent.**")


def alarms_on(hub: Synthesised, metric: str) -> list[str]:
    """The names of what the metric's alarms look at, all in one text each."""
    return [
        "".join(strings(alarm["Dimensions"]))
        for alarm in hub.properties("AWS::CloudWatch::Alarm")
        if alarm.get("MetricName") == metric
    ]


def test_every_stage_has_alarms_on_errors_and_throttles(prod: Synthesised) -> None:
    for metric in ("Errors", "Throttles"):
        watched = " ".join(alarms_on(prod, metric)).lower()

        assert all(f"{stage}function" in watched for stage in STAGES if stage != "access" or metric == "Throttles")


def test_a_caller_without_a_valid_key_rings_no_alarm_but_an_authorizer_in_trouble_does(prod: Synthesised) -> None:
    assert "AccessFunction" not in " ".join(alarms_on(prod, "Errors"))
    assert alarms_on(prod, "5XXError")


def test_every_reader_of_a_stream_has_an_alarm_on_its_age(prod: Synthesised) -> None:
    watched = " ".join(alarms_on(prod, "IteratorAge"))

    assert "AggregationFunction" in watched
    assert "RollupFunction" in watched
    assert "ArchiveFunction" in watched


def test_what_waits_in_the_failure_bucket_is_an_alarm_and_so_is_silence(prod: Synthesised) -> None:
    (alarm,) = [
        alarm
        for alarm in prod.properties("AWS::CloudWatch::Alarm")
        if alarm.get("MetricName") == MetricName.FAILURES_WAITING
    ]

    assert (alarm["Threshold"], alarm["TreatMissingData"]) == (0, "breaching")


def test_silence_of_the_watermark_is_an_alarm(prod: Synthesised) -> None:
    clocks = [
        alarm
        for alarm in prod.properties("AWS::CloudWatch::Alarm")
        if alarm.get("MetricName") in {"WatermarkAge", "CursorAge"}
    ]

    assert [alarm["TreatMissingData"] for alarm in clocks] == ["breaching", "breaching"]


def test_every_alarm_tells_the_topic_that_it_rises_and_passes_or_is_part_of_one_that_does(prod: Synthesised) -> None:
    joined = prod.resources(JOINED).values()
    rules = [text for alarm in joined for text in strings(alarm["Properties"]["AlarmRule"])]

    for name, alarm in prod.resources("AWS::CloudWatch::Alarm").items():
        properties = alarm["Properties"]
        assert properties["AlarmDescription"]
        assert properties.get("OKActions") == properties.get("AlarmActions")
        assert properties.get("AlarmActions") or name in rules
    assert all(alarm["Properties"]["AlarmActions"] == alarm["Properties"]["OKActions"] for alarm in joined)


def test_every_alarm_has_a_page_that_says_what_to_do_and_every_page_an_alarm(
    prod: Synthesised, msk: Synthesised, mirrored: Synthesised
) -> None:
    kinds = ("AWS::CloudWatch::Alarm", JOINED)
    alarms = [alarm for hub in (prod, msk, mirrored) for kind in kinds for alarm in hub.properties(kind)]
    said = [alarm["AlarmDescription"].partition("What to do: ") for alarm in alarms]
    linked = {ROOT / page for _, _, page in said}

    assert linked == set((ROOT / "docs" / "runbooks").glob("*.md"))
    for page in linked:
        assert [part in page.read_text() for part in PARTS] == [True] * len(PARTS)


def test_an_object_in_the_failure_bucket_is_told(prod: Synthesised) -> None:
    (rule,) = [rule for rule in prod.properties("AWS::Events::Rule") if "aws.s3" in str(rule.get("EventPattern"))]

    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    assert "Alarms" in "".join(strings(rule["Targets"]))


def joined_alarms(hub: Synthesised, name: str) -> list[str]:
    """The rules of the composite alarms whose names end so, each as one text."""
    return [
        "".join(strings(alarm["AlarmRule"])) for alarm in hub.properties(JOINED) if alarm["AlarmName"].endswith(name)
    ]


def test_an_error_budget_burns_only_when_a_long_and_a_short_window_say_so(prod: Synthesised) -> None:
    for pace, windows in (("FastBurnAlarm", {3600, 300}), ("SlowBurnAlarm", {21600, 1800})):
        rules = joined_alarms(prod, pace)

        assert len(rules) == 2
        assert all(" AND " in rule and "Long" in rule and "Short" in rule for rule in rules)
        parts = [alarm for alarm in prod.properties("AWS::CloudWatch::Alarm") if pace[:8] in alarm["AlarmName"]]
        periods = {
            metric["MetricStat"]["Period"] for alarm in parts for metric in alarm["Metrics"] if "MetricStat" in metric
        }
        assert periods == windows


def test_the_hub_is_degraded_when_an_alarm_is_up_that_a_user_would_notice(
    prod: Synthesised, msk: Synthesised, mirrored: Synthesised
) -> None:
    options = {"OffsetLagAlarm": msk, "MirrorAgeAlarm": mirrored}
    for hub in (prod, msk, mirrored):
        (rule,) = joined_alarms(hub, "HubDegradedAlarm")
        named = set(re.findall(r"LlmAnalyticsHub-[\w-]+", rule))
        kinds = {name.rsplit("-", 1)[1] for name in named}
        there = {alarm["AlarmName"] for kind in ("AWS::CloudWatch::Alarm", JOINED) for alarm in hub.properties(kind)}

        assert named <= there
        assert kinds == set(DEGRADING) - {alarm for alarm, of in options.items() if of is not hub}


def test_alarms_of_two_deployments_share_no_name(prod: Synthesised) -> None:
    names = [alarm["AlarmName"] for kind in ("AWS::CloudWatch::Alarm", JOINED) for alarm in prod.properties(kind)]

    assert len(names) == len(set(names))
    assert all(name.startswith(prod.deployment.stack_prefix) for name in names)


def test_alarms_look_where_the_stages_of_their_own_deployment_write(prod: Synthesised, local: Synthesised) -> None:
    for hub in (prod, local):
        written = {hub.environment(stage)["POWERTOOLS_METRICS_NAMESPACE"] for stage in STAGES}
        watched = {alarm.get("Namespace", "AWS/") for alarm in hub.properties("AWS::CloudWatch::Alarm")}

        assert {namespace for namespace in watched if not namespace.startswith("AWS/")} == written
        assert written == {f"LLMAnalyticsHub/{hub.deployment.name}"}
