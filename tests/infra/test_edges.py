"""What stands between the hub and the world: whose pages may use it, and how much anybody may ask."""

import json

from tests.infra.synthesised import Synthesised
from tests.infra.test_api import methods
from tests.infra.test_rules import findings, remarks

ORIGINS = "https://app.example.com https://lab.example.com"
ANSWERING_BROWSERS = ("access", "console", "ingestion", "privacy", "query")


def test_rule_packs_and_cfn_lint_find_nothing_in_the_edges(edged: Synthesised) -> None:
    assert findings(edged) == []
    assert remarks(edged) == []


def test_browsers_may_ask_without_a_key_what_a_page_may_send_on_every_route_with_one(edged: Synthesised) -> None:
    known = methods(edged)
    keyed = {route.split()[1] for route, method in known.items() if method["ApiKeyRequired"]}
    asked = {route.split()[1]: method for route, method in known.items() if route.startswith("OPTIONS ")}

    assert set(asked) == keyed
    for method in asked.values():
        assert (method["AuthorizationType"], method["ApiKeyRequired"]) == ("NONE", False)
        assert "Console" in json.dumps(method["Integration"]["Uri"])


def test_every_stage_that_answers_browsers_knows_whose_pages_may_read(edged: Synthesised) -> None:
    told = {stage: edged.environment(stage).get("ALLOWED_ORIGINS") for stage in edged.functions()}

    assert {stage: origins for stage, origins in told.items() if origins} == dict.fromkeys(ANSWERING_BROWSERS, ORIGINS)


def test_as_shipped_no_page_but_the_console_may_use_the_api(prod: Synthesised) -> None:
    assert not [route for route in methods(prod) if route.startswith("OPTIONS ")]
    assert not [stage for stage in prod.functions() if "ALLOWED_ORIGINS" in prod.environment(stage)]
    assert "Access-Control" not in json.dumps(prod.properties("AWS::ApiGateway::GatewayResponse"))


def test_refusals_of_the_gateway_are_protected_and_readable_like_answers(edged: Synthesised) -> None:
    for refusal in edged.properties("AWS::ApiGateway::GatewayResponse"):
        headers = {name.split(".")[-1]: value for name, value in refusal["ResponseParameters"].items()}

        assert headers["X-Content-Type-Options"] == "'nosniff'"
        assert headers["Strict-Transport-Security"].startswith("'max-age=")
        assert headers["Access-Control-Allow-Origin"] == "'*'"
        assert "Access-Control-Allow-Credentials" not in headers


def test_what_browsers_ask_without_a_key_is_throttled_by_itself(edged: Synthesised) -> None:
    (stage,) = edged.properties("AWS::ApiGateway::Stage")
    limits = {(each["ResourcePath"], each["HttpMethod"]): each for each in stage["MethodSettings"]}

    assert limits["/~1v1~1events", "OPTIONS"]["ThrottlingRateLimit"] == 20
    assert limits["/*", "*"]["ThrottlingRateLimit"] == edged.deployment.requests_per_second
