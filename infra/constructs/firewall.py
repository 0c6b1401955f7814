"""The web application firewall of the API."""

from collections.abc import Mapping

from aws_cdk import aws_apigateway as apigateway, aws_wafv2 as wafv2
from constructs import Construct

MANAGED: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "BadRepute": ("AWSManagedRulesAmazonIpReputationList", ()),
    "KnownAttacks": (
        "AWSManagedRulesKnownBadInputsRuleSet",
        (
            "JavaDeserializationRCE_BODY",
            "JavaDeserializationRCE_QUERYSTRING",
            "Log4JRCE_BODY",
            "Log4JRCE_QUERYSTRING",
            "ReactJSRCE_BODY",
        ),
    ),
    "Common": (
        "AWSManagedRulesCommonRuleSet",
        (
            "CrossSiteScripting_BODY",
            "CrossSiteScripting_QUERYARGUMENTS",
            "EC2MetaDataSSRF_BODY",
            "EC2MetaDataSSRF_QUERYARGUMENTS",
            "GenericLFI_BODY",
            "GenericLFI_QUERYARGUMENTS",
            "GenericRFI_BODY",
            "GenericRFI_QUERYARGUMENTS",
            "RestrictedExtensions_QUERYARGUMENTS",
            "SizeRestrictions_BODY",
            "SizeRestrictions_QUERYSTRING",
            "NoUserAgent_HEADER",
        ),
    ),
}
"""AWS's groups of rules, each with those of its rules that only count. Events report attacks and quote them, and people
look for them by their words: neither may be refused for that. Nor may a program that does not say its name.
"""
OVER_5_MB = "^([5-9][0-9]{6}|[0-9]{8,})$"
"""A declared length that no function could be handed."""
LONGEST_QUERY_BYTES = 8192


class Firewall(Construct):
    """Refuses addresses of bad repute, known attacks in path and headers, what is too large to be served, and addresses
    that ask for more than `requests_per_5_minutes`: behind a proxy, those that it names.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: apigateway.Stage,
        requests_per_5_minutes: int,
        is_behind_a_proxy: bool = False,
    ) -> None:
        super().__init__(scope, construct_id)
        own = {
            "LongBody": _declares_over_5_mb(),
            "LongQuery": _has_a_long_query(),
            "Flood": _asks_more_than(requests_per_5_minutes, is_behind_a_proxy=is_behind_a_proxy),
        }
        acl = wafv2.CfnWebACL(
            self,
            "Acl",
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow=wafv2.CfnWebACL.AllowActionProperty()),
            visibility_config=_visibility("All"),
            rules=[
                *(_managed(place, name) for place, name in enumerate(MANAGED)),
                *(_blocking(place, name, own[name]) for place, name in enumerate(own, len(MANAGED))),
            ],
        )
        wafv2.CfnWebACLAssociation(self, "Association", resource_arn=stage.stage_arn, web_acl_arn=acl.attr_arn)


def _managed(place: int, name: str) -> wafv2.CfnWebACL.RuleProperty:
    group, counting = MANAGED[name]
    count = wafv2.CfnWebACL.RuleActionProperty(count={})
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=place,
        override_action=wafv2.CfnWebACL.OverrideActionProperty(none={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=group,
                rule_action_overrides=[
                    wafv2.CfnWebACL.RuleActionOverrideProperty(name=rule, action_to_use=count) for rule in counting
                ],
            )
        ),
        visibility_config=_visibility(name),
    )


def _blocking(place: int, name: str, statement: wafv2.CfnWebACL.StatementProperty) -> wafv2.CfnWebACL.RuleProperty:
    return wafv2.CfnWebACL.RuleProperty(
        name=name,
        priority=place,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=statement,
        visibility_config=_visibility(name),
    )


def _declares_over_5_mb() -> wafv2.CfnWebACL.StatementProperty:
    return wafv2.CfnWebACL.StatementProperty(
        regex_match_statement=wafv2.CfnWebACL.RegexMatchStatementProperty(
            regex_string=OVER_5_MB,
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(single_header={"Name": "content-length"}),
            text_transformations=_AS_IT_CAME,
        )
    )


def _has_a_long_query() -> wafv2.CfnWebACL.StatementProperty:
    return wafv2.CfnWebACL.StatementProperty(
        size_constraint_statement=wafv2.CfnWebACL.SizeConstraintStatementProperty(
            comparison_operator="GT",
            size=LONGEST_QUERY_BYTES,
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(query_string={}),
            text_transformations=_AS_IT_CAME,
        )
    )


def _asks_more_than(limit: int, *, is_behind_a_proxy: bool) -> wafv2.CfnWebACL.StatementProperty:
    named = wafv2.CfnWebACL.ForwardedIPConfigurationProperty(
        header_name="X-Forwarded-For", fallback_behavior="NO_MATCH"
    )
    return wafv2.CfnWebACL.StatementProperty(
        rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
            limit=limit,
            aggregate_key_type="FORWARDED_IP" if is_behind_a_proxy else "IP",
            forwarded_ip_config=named if is_behind_a_proxy else None,
            evaluation_window_sec=300,
        )
    )


def _visibility(name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        metric_name=name, cloud_watch_metrics_enabled=True, sampled_requests_enabled=False
    )


_AS_IT_CAME = [wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")]
