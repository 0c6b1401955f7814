"""What stands between the hub and the world: whose pages may use it, and how much anybody may ask."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest
from aws_cdk import App, Stack, aws_apigateway as apigateway
from aws_cdk.assertions import Template

from infra.constructs.domains import NAMES, Domains
from infra.deployment import Domain, deployment_named
from tests.infra.synthesised import Synthesised
from tests.infra.test_api import methods
from tests.infra.test_rules import findings, remarks

QUOTED = ("_BODY", "_QUERYARGUMENTS", "_QUERYSTRING")
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


def rules(hub: Synthesised) -> dict[str, Any]:
    (acl,) = hub.properties("AWS::WAFv2::WebACL")
    return {rule["Name"]: rule for rule in acl["Rules"]}


def test_known_attacks_are_refused_but_not_events_and_searches_that_quote_them(prod: Synthesised) -> None:
    groups = [
        rule["Statement"]["ManagedRuleGroupStatement"]
        for rule in rules(prod).values()
        if "ManagedRuleGroupStatement" in rule["Statement"]
    ]
    counting = [rule for group in groups for rule in group.get("RuleActionOverrides", [])]

    assert {group["Name"].removeprefix("AWSManagedRules") for group in groups} == {
        "AmazonIpReputationList",
        "KnownBadInputsRuleSet",
        "CommonRuleSet",
    }
    assert all(rule["ActionToUse"] == {"Count": {}} for rule in counting)
    names = {rule["Name"] for rule in counting}
    assert {"Log4JRCE_BODY", "CrossSiteScripting_BODY", "GenericRFI_QUERYARGUMENTS"} <= names
    assert {name for name in names if not name.endswith(QUOTED)} == {"NoUserAgent_HEADER"}


@pytest.mark.parametrize(
    ("length", "refused"), [(4_194_304, False), (4_999_999, False), (5_000_000, True), (10**7, True)]
)
def test_a_body_that_no_function_could_be_handed_is_refused_at_the_edge(
    length: int, refused: bool, prod: Synthesised
) -> None:
    rule = rules(prod)["LongBody"]
    statement = rule["Statement"]["RegexMatchStatement"]

    assert (rule["Action"], statement["FieldToMatch"]) == ({"Block": {}}, {"SingleHeader": {"Name": "content-length"}})
    assert bool(re.search(statement["RegexString"], str(length))) is refused


def test_an_address_may_ask_for_no_more_than_twice_the_fastest_plan(prod: Synthesised) -> None:
    limit = rules(prod)["Flood"]["Statement"]["RateBasedStatement"]["Limit"]
    fastest = max(plan.requests_per_second for plan in prod.deployment.rate_plans.values())

    assert limit == 2 * 300 * fastest


def test_each_name_in_the_domain_is_the_api_by_tls_1_2_with_records_for_both_kinds_of_address(
    edged: Synthesised,
) -> None:
    names = {f"{name}.hub.example.com" for name in NAMES}
    domains = edged.resources("AWS::ApiGateway::DomainName")
    mapped = [mapping["DomainName"]["Ref"] for mapping in edged.properties("AWS::ApiGateway::BasePathMapping")]
    (certificate,) = edged.properties("AWS::CertificateManager::Certificate")

    assert {each["Properties"]["DomainName"] for each in domains.values()} == names
    assert {each["Properties"]["SecurityPolicy"] for each in domains.values()} == {"TLS_1_2"}
    assert sorted(mapped) == sorted(domains)
    assert {certificate["DomainName"], *certificate["SubjectAlternativeNames"]} == names
    assert {(each["Name"], each["Type"]) for each in edged.properties("AWS::Route53::RecordSet")} == {
        (f"{name}.", kind) for name in names for kind in ("A", "AAAA")
    }


def test_notices_lead_to_the_console_in_the_domain(edged: Synthesised) -> None:
    told = {edged.environment(stage).get("CONSOLE_URL") for stage in edged.functions()} - {None}

    assert told == {"https://app.hub.example.com/"}


def test_where_names_are_kept_elsewhere_the_certificate_is_brought_and_the_targets_are_told() -> None:
    stack = Stack(App(), "Elsewhere")
    api = apigateway.RestApi(stack, "Api")
    api.root.add_method("GET")
    arn = "arn:aws:acm:eu-west-1:111122223333:certificate/4f2c"

    Domains(stack, "Domains", domain=Domain("hub.example.com", certificate_arn=arn), api=api)

    template = Template.from_stack(stack).to_json()
    kinds = [resource["Type"] for resource in template["Resources"].values()]
    told = {output.get("Description") for output in template["Outputs"].values()}
    assert not {"AWS::Route53::RecordSet", "AWS::CertificateManager::Certificate"} & set(kinds)
    assert told >= {f"{name}.hub.example.com" for name in NAMES}


def test_as_shipped_the_hub_has_no_name_of_its_own(prod: Synthesised) -> None:
    assert prod.properties("AWS::ApiGateway::DomainName") == []


def test_edges_that_cannot_be_are_refused() -> None:
    with pytest.raises(ValueError, match="certificate"):
        Domain("hub.example.com")
    with pytest.raises(ValueError, match="emulator"):
        replace(deployment_named("local"), domain=Domain("hub.example.com", hosted_zone_id="Z1"))
    for wrong in ("*", "https://app.example.com/", "app.example.com"):
        with pytest.raises(ValueError, match="origin"):
            replace(deployment_named("prod"), allowed_origins=(wrong,))


def test_what_is_kept_at_the_edge_is_kept_for_who_asked(edged: Synthesised) -> None:
    (policy,) = [each["CachePolicyConfig"] for each in edged.properties("AWS::CloudFront::CachePolicy")]
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]

    assert {"Authorization", "X-Api-Key"} <= set(key["HeadersConfig"]["Headers"])
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert (policy["DefaultTTL"], policy["MaxTTL"]) == (0, 60)


def test_only_parts_of_the_page_are_kept_for_ever(edged: Synthesised) -> None:
    (distribution,) = [each["DistributionConfig"] for each in edged.properties("AWS::CloudFront::Distribution")]

    assert [each["PathPattern"] for each in distribution["CacheBehaviors"]] == ["assets/*"]
    assert distribution["Origins"][0]["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"


def test_behind_the_edge_a_flood_is_known_by_the_address_that_the_edge_names(
    edged: Synthesised, prod: Synthesised
) -> None:
    kinds = [
        [
            rule["Statement"]["RateBasedStatement"]["AggregateKeyType"]
            for rule in acl["Rules"]
            if rule["Name"] == "Flood"
        ]
        for hub in (edged, prod)
        for acl in hub.properties("AWS::WAFv2::WebACL")
    ]

    assert kinds == [["FORWARDED_IP"], ["IP"]]
    assert not prod.resources("AWS::CloudFront::Distribution")
