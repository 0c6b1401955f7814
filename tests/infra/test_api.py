"""The gateway's own part of the API."""

import json
from typing import Any

from shared.access.routes import NEEDED, PAGES, PUBLIC
from tests.infra.synthesised import Synthesised


def paths(hub: Synthesised) -> dict[str, str]:
    """The path of each resource by its logical id."""
    resources = hub.resources("AWS::ApiGateway::Resource")

    def path(logical_id: str) -> str:
        properties = resources[logical_id]["Properties"]
        parent = properties["ParentId"].get("Ref")
        return f"{path(parent) if parent else ''}/{properties['PathPart']}"

    return {logical_id: path(logical_id) for logical_id in resources}


def methods(hub: Synthesised) -> dict[str, Any]:
    known = paths(hub)
    return {
        f"{method['HttpMethod']} {known.get(method['ResourceId'].get('Ref'), '/')}": method
        for method in hub.properties("AWS::ApiGateway::Method")
    }


def test_every_route_is_in_the_table_of_permissions_and_no_other_is(prod: Synthesised) -> None:
    assert set(methods(prod)) == {" ".join(route) for route in (*NEEDED, *PUBLIC, *PAGES)}


def test_only_health_the_description_and_the_console_need_no_key(prod: Synthesised) -> None:
    open_to_all = {route for route, method in methods(prod).items() if not method["ApiKeyRequired"]}

    assert open_to_all == {" ".join(route) for route in (*PUBLIC, *PAGES)}
    for route, method in methods(prod).items():
        assert method["AuthorizationType"] == ("NONE" if route in open_to_all else "CUSTOM")


def test_keys_are_named_by_the_authorizer_and_bodies_are_never_text(prod: Synthesised) -> None:
    (api,) = prod.properties("AWS::ApiGateway::RestApi")

    assert api["ApiKeySourceType"] == "AUTHORIZER"
    assert api["BinaryMediaTypes"] == ["*/*"]


def test_each_rate_plan_is_found_by_its_name(prod: Synthesised) -> None:
    plans = {plan["UsagePlanName"]: plan for plan in prod.properties("AWS::ApiGateway::UsagePlan")}
    prefix = prod.environment("access")["USAGE_PLAN_PREFIX"]

    assert set(plans) == {f"{prefix}-standard", f"{prefix}-high"}
    for name, plan in prod.deployment.rate_plans.items():
        throttle = plans[f"{prefix}-{name}"]["Throttle"]
        assert throttle == {"RateLimit": plan.requests_per_second, "BurstLimit": plan.burst}


def test_refusals_of_the_gateway_have_the_shape_of_the_hub(prod: Synthesised) -> None:
    refusals = prod.properties("AWS::ApiGateway::GatewayResponse")

    for refusal in refusals:
        template = refusal["ResponseTemplates"]["application/json"].replace("$context.error.messageString", '"why"')
        assert set(json.loads(template)["error"]) == {"code", "message", "request_id"}
    assert {"UNAUTHORIZED", "ACCESS_DENIED", "DEFAULT_4XX", "DEFAULT_5XX"} <= {
        refusal["ResponseType"] for refusal in refusals
    }


def test_what_may_be_tried_again_says_when(prod: Synthesised) -> None:
    told = {
        refusal["ResponseType"]: refusal.get("StatusCode")
        for refusal in prod.properties("AWS::ApiGateway::GatewayResponse")
        if "gatewayresponse.header.Retry-After" in refusal.get("ResponseParameters", {})
    }

    assert told == {"THROTTLED": "429", "QUOTA_EXCEEDED": "429", "DEFAULT_5XX": "503"}


def test_access_log_holds_no_key(prod: Synthesised) -> None:
    (stage,) = prod.properties("AWS::ApiGateway::Stage")

    assert "apiKey" not in stage["AccessLogSetting"]["Format"]


def test_firewall_stands_before_the_api_where_it_is_public(prod: Synthesised, local: Synthesised) -> None:
    assert len(prod.properties("AWS::WAFv2::WebACLAssociation")) == 1
    assert local.properties("AWS::WAFv2::WebACLAssociation") == []
