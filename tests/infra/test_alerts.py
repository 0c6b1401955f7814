"""What the hub notices reaches every target that a deployment names; what does not is kept, and is an alarm."""

from dataclasses import replace
from pathlib import Path

import pytest
from aws_cdk import App

from infra.app import feature_flags
from infra.deployment import deployment_named
from infra.hub import add_hub
from infra.packaging import Packaging
from tests.infra.synthesised import Properties, Synthesised, strings


def notices(hub: Synthesised) -> Properties:
    (rule,) = [rule for rule in hub.properties("AWS::Events::Rule") if rule["Description"] == "What people are told"]
    return rule


def test_every_target_has_a_queue_for_what_it_does_not_take(prod: Synthesised, local: Synthesised) -> None:
    for hub in (prod, local):
        targets = notices(hub)["Targets"]

        assert targets
        assert all("Undelivered" in "".join(strings(target["DeadLetterConfig"])) for target in targets)


def test_only_an_emulator_tells_a_queue(prod: Synthesised, local: Synthesised) -> None:
    assert [len(notices(hub)["Targets"]) for hub in (prod, local)] == [1, 2]


def test_what_was_not_delivered_is_an_alarm(prod: Synthesised) -> None:
    (alarm,) = [
        alarm
        for alarm in prod.properties("AWS::CloudWatch::Alarm")
        if "Undelivered" in "".join(strings(alarm.get("Dimensions", [])))
    ]

    assert alarm["Threshold"] == 0
    assert alarm.get("MetricName") == "ApproximateNumberOfMessagesVisible"


def test_a_webhook_without_its_secret_is_refused() -> None:
    with pytest.raises(ValueError, match="secret"):
        replace(deployment_named("dev"), alert_webhook="https://example.com/hook")


@pytest.mark.parametrize(
    ("url", "is_slack"), [("https://hooks.slack.com/services/T/B/x", True), ("https://a.b/c", False)]
)
def test_a_webhook_is_called_with_its_secret_and_slack_gets_a_text(url: str, tmp_path: Path, *, is_slack: bool) -> None:
    app = App(context=feature_flags(), outdir=str(tmp_path / "cdk.out"))
    deployment = replace(deployment_named("dev"), alert_webhook=url, alert_webhook_secret="hook-key")
    hub = add_hub(app, deployment, Packaging.of_stubs(deployment, tmp_path))
    template = app.synth().get_stack_by_name(hub.detection.stack_name).template["Resources"]

    (destination,) = [each["Properties"] for each in template.values() if each["Type"] == "AWS::Events::ApiDestination"]
    (connection,) = [each["Properties"] for each in template.values() if each["Type"] == "AWS::Events::Connection"]
    (rule,) = [each["Properties"] for each in template.values() if each["Type"] == "AWS::Events::Rule"]

    assert destination["InvocationEndpoint"] == url
    assert "hook-key" in str(connection["AuthParameters"])
    assert ("InputTransformer" in rule["Targets"][1]) is is_slack
