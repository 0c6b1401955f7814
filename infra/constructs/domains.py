"""The hub's names in a domain of one's own."""

from aws_cdk import (
    CfnOutput,
    aws_apigateway as apigateway,
    aws_certificatemanager as acm,
    aws_route53 as route53,
    aws_route53_targets as targets,
)
from constructs import Construct

from infra.deployment import Domain

NAMES = ("api", "ingest", "app")
"""One API under each: its name says what for, and lets each move elsewhere one day without the others."""


class Domains(Construct):
    """`api.`, `ingest.` and `app.` before a domain, all the same API, by TLS 1.2 or newer."""

    def __init__(self, scope: Construct, construct_id: str, *, domain: Domain, api: apigateway.RestApi) -> None:
        super().__init__(scope, construct_id)
        self._domain = domain
        self._zone = self._hosted_zone()
        certificate = self._certificate()
        for name in NAMES:
            self._add(name, api, certificate)

    def _hosted_zone(self) -> route53.IHostedZone | None:
        if self._domain.hosted_zone_id is None:
            return None
        return route53.HostedZone.from_hosted_zone_attributes(
            self, "Zone", hosted_zone_id=self._domain.hosted_zone_id, zone_name=self._domain.name
        )

    def _certificate(self) -> acm.ICertificate:
        if self._domain.certificate_arn:
            return acm.Certificate.from_certificate_arn(self, "Certificate", self._domain.certificate_arn)
        first, *others = (f"{name}.{self._domain.name}" for name in NAMES)
        return acm.Certificate(
            self,
            "Certificate",
            domain_name=first,
            subject_alternative_names=others,
            validation=acm.CertificateValidation.from_dns(self._zone),
        )

    def _add(self, name: str, api: apigateway.RestApi, certificate: acm.ICertificate) -> None:
        full = f"{name}.{self._domain.name}"
        named = apigateway.DomainName(
            self,
            f"{name.title()}Domain",
            domain_name=full,
            certificate=certificate,
            endpoint_type=apigateway.EndpointType.REGIONAL,
            security_policy=apigateway.SecurityPolicy.TLS_1_2,
        )
        named.add_base_path_mapping(api, stage=api.deployment_stage)
        if self._zone is None:
            CfnOutput(self, f"{name.title()}Target", value=named.domain_name_alias_domain_name, description=full)
            return
        target = route53.RecordTarget.from_alias(targets.ApiGatewayDomain(named))
        route53.ARecord(self, f"{name.title()}Record", zone=self._zone, record_name=full, target=target)
        route53.AaaaRecord(self, f"{name.title()}Record6", zone=self._zone, record_name=full, target=target)
