"""CloudFront before the API."""

from aws_cdk import CfnOutput, Duration, aws_apigateway as apigateway, aws_cloudfront as cloudfront
from aws_cdk.aws_cloudfront_origins import RestApiOrigin
from constructs import Construct

from infra.constructs.acknowledgements import acknowledge

LONGEST_KEPT = Duration.minutes(1)
WHO_ASKS = ("Authorization", "X-Api-Key", "Origin")


class ContentDelivery(Construct):
    """Keeps the console's parts near who opens it, for ever, since their names change with them; of all else what an
    answer says others may keep (the hub's own are private), a minute at the most. Requests go on as they came.
    """

    def __init__(self, scope: Construct, construct_id: str, *, api: apigateway.RestApi, name: str) -> None:
        super().__init__(scope, construct_id)
        origin = RestApiOrigin(api)
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=name,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=_behavior(origin, self._answers(name)),
            additional_behaviors={"assets/*": _behavior(origin, cloudfront.CachePolicy.CACHING_OPTIMIZED)},
        )
        CfnOutput(self, "Url", value=f"https://{distribution.domain_name}/")
        acknowledge(
            distribution,
            {
                "AwsSolutions-CFR1": "Who may ask is told by keys and tokens, from wherever they come.",
                "AwsSolutions-CFR2": "The gateway behind has the firewall; one here could stand in us-east-1 alone.",
                "AwsSolutions-CFR3": "The gateway logs what reaches it; the rest are the files of the page.",
                "AwsSolutions-CFR4": "Under CloudFront's own name its certificate decides; a domain of one's own has TLS 1.2.",
            },
        )

    def _answers(self, name: str) -> cloudfront.CachePolicy:
        return cloudfront.CachePolicy(
            self,
            "Answers",
            cache_policy_name=f"{name}-answers",
            comment="As long as an answer says, for who asked",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=LONGEST_KEPT,
            header_behavior=cloudfront.CacheHeaderBehavior.allow_list(*WHO_ASKS),
            query_string_behavior=cloudfront.CacheQueryStringBehavior.all(),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )


def _behavior(origin: RestApiOrigin, kept: cloudfront.ICachePolicy) -> cloudfront.BehaviorOptions:
    return cloudfront.BehaviorOptions(
        origin=origin,
        allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
        cache_policy=kept,
        origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
        viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    )
