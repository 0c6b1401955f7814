"""Trouble is told to people."""

from pathlib import Path

from shared.observability.metrics import MetricName
from tests.infra.synthesised import STAGES, Synthesised, strings

ROOT = Path(__file__).parents[2]
PARTS = ("**Symptom.**", "**Check.**", "**Fix.**", "**Prevent.**")


def alarms_on(hub: Synthesised, metric: str) -> list[str]:
    """The names of what the metric's alarms look at, all in one text each."""
    return [
        "".join(strings(alarm["Dimensions"]))
        for alarm in hub.properties("AWS::CloudWatch::Alarm")
        if alarm["MetricName"] == metric
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
        if alarm["MetricName"] == MetricName.FAILURES_WAITING
    ]

    assert (alarm["Threshold"], alarm["TreatMissingData"]) == (0, "breaching")


def test_silence_of_the_watermark_is_an_alarm(prod: Synthesised) -> None:
    clocks = [
        alarm
        for alarm in prod.properties("AWS::CloudWatch::Alarm")
        if alarm["MetricName"] in {"WatermarkAge", "CursorAge"}
    ]

    assert [alarm["TreatMissingData"] for alarm in clocks] == ["breaching", "breaching"]


def test_every_alarm_tells_the_topic_that_it_rises_and_that_it_has_passed(prod: Synthesised) -> None:
    for alarm in prod.properties("AWS::CloudWatch::Alarm"):
        assert "Alarms" in "".join(strings(alarm["AlarmActions"]))
        assert alarm["OKActions"] == alarm["AlarmActions"]
        assert alarm["AlarmDescription"]


def test_every_alarm_has_a_page_that_says_what_to_do_and_every_page_an_alarm(
    prod: Synthesised, msk: Synthesised
) -> None:
    alarms = [*prod.properties("AWS::CloudWatch::Alarm"), *msk.properties("AWS::CloudWatch::Alarm")]
    said = [alarm["AlarmDescription"].partition("What to do: ") for alarm in alarms]
    linked = {ROOT / page for _, _, page in said}

    assert linked == set((ROOT / "docs" / "runbooks").glob("*.md"))
    for page in linked:
        assert [part in page.read_text() for part in PARTS] == [True] * len(PARTS)


def test_an_object_in_the_failure_bucket_is_told(prod: Synthesised) -> None:
    (rule,) = [rule for rule in prod.properties("AWS::Events::Rule") if "aws.s3" in str(rule.get("EventPattern"))]

    assert rule["EventPattern"]["detail-type"] == ["Object Created"]
    assert "Alarms" in "".join(strings(rule["Targets"]))
