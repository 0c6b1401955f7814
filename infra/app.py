"""The CDK app: `cdk synth -c deployment=dev|staging|prod`, or `-c target=local` for an emulator on this machine (there
with `-c influx_url=...` for an InfluxDB on this machine too). `-c canary=off` is for the way back, while an alarm is up.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from aws_cdk import App, CfnOutput, Validations
from cdk_nag import AwsSolutionsChecks, ServerlessChecks

from infra.deployment import Deployment, deployment_named
from infra.hub import Hub, add_hub
from infra.packaging import Packaging

FEATURE_FLAGS = Path(__file__).parents[1] / "cdk.json"


def feature_flags() -> dict[str, Any]:
    """The context of cdk.json, which only the command line reads by itself."""
    context: dict[str, Any] = json.loads(FEATURE_FLAGS.read_text())["context"]
    return context


def chosen_deployment(app: App) -> Deployment:
    if app.node.try_get_context("target") == "local":
        local, influx_url = deployment_named("local"), app.node.try_get_context("influx_url")
        return replace(local, timestream="influxdb", influx_url=influx_url) if influx_url else local
    deployment = deployment_named(app.node.try_get_context("deployment") or "dev")
    return replace(deployment, canary="off") if app.node.try_get_context("canary") == "off" else deployment


def add_rule_packs(app: App) -> None:
    """Synthesis fails on a finding that is not acknowledged with a reason."""
    Validations.of(app).add_plugins(AwsSolutionsChecks(app), ServerlessChecks(app))


def say_release(hub: Hub, commit: str | None) -> None:
    """In the stack that is deployed last, so that a deploy that breaks can go back to the one before it."""
    if hub.operations and commit:
        CfnOutput(hub.operations, "Release", value=commit)


def main() -> None:
    app = App(context=feature_flags())
    deployment = chosen_deployment(app)
    say_release(add_hub(app, deployment, Packaging(deployment)), app.node.try_get_context("release"))
    add_rule_packs(app)
    app.synth()


if __name__ == "__main__":
    main()
