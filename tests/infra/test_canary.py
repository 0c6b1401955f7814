"""How a release reaches the callers of the API."""

from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App

from infra.app import chosen_deployment
from infra.deployment import deployment_named
from tests.infra.synthesised import Synthesised, strings

ALIAS = "AWS::Lambda::Alias"
GROUP = "AWS::CodeDeploy::DeploymentGroup"
BEHIND_THE_API = {"access", "console", "ingestion", "privacy", "query"}


def entrances(hub: Synthesised) -> list[Any]:
    """What the gateway invokes, for routes and for who may pass them."""
    routes = [method["Integration"] for method in hub.properties("AWS::ApiGateway::Method")]
    called = [route["Uri"] for route in routes if "Uri" in route]
    return called + [each["AuthorizerUri"] for each in hub.properties("AWS::ApiGateway::Authorizer")]


def test_the_gateway_calls_aliases_alone(prod: Synthesised) -> None:
    aliases = prod.resources(ALIAS)

    reached = {name for uri in entrances(prod) for name in aliases if name in "".join(strings(uri))}

    assert all(any(name in "".join(strings(uri)) for name in reached) for uri in entrances(prod))
    assert len(reached) == len(BEHIND_THE_API)
    assert {aliases[name]["Properties"]["Name"] for name in reached} == {"live"}
    assert all("CodeDeployLambdaAliasUpdate" in aliases[name]["UpdatePolicy"] for name in reached)


def test_a_release_is_taken_back_when_its_function_or_the_api_fails(prod: Synthesised) -> None:
    alarms = set(prod.resources("AWS::CloudWatch::Alarm"))

    groups = prod.properties(GROUP)

    assert len(groups) == len(BEHIND_THE_API)
    for group in groups:
        watched = [each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]]
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        assert group["DeploymentStyle"]["DeploymentOption"] == "WITH_TRAFFIC_CONTROL"
        assert all(any(kind in name for name in watched) for kind in ("ServerErrors", "CanarySlowness"))
        assert set(watched) <= alarms


def test_callers_without_a_key_are_no_fault_of_a_release(prod: Synthesised) -> None:
    erring = [name for name in prod.resources("AWS::CloudWatch::Alarm") if "CanaryErrors" in name]

    assert len(erring) == len(BEHIND_THE_API) - 1
    assert not any("AccessCanary" in name for name in erring)


def test_a_hub_without_canaries_is_called_as_it_is(local: Synthesised) -> None:
    assert not local.properties(GROUP)


def test_the_way_back_is_without_a_canary() -> None:
    asked = [App(context={"deployment": "prod", **more}) for more in ({}, {"canary": "off"})]

    assert [chosen_deployment(app).canary for app in asked] == ["10-percent-5-minutes", "off"]


def test_no_emulator_shifts_callers() -> None:
    with pytest.raises(ValueError, match="emulator"):
        replace(deployment_named("local"), canary="10-percent-5-minutes")
