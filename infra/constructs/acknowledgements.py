"""Findings of the rule packs that are meant to be so; each says why."""

from aws_cdk import Acknowledgment, Stack, Validations, aws_s3 as s3
from constructs import Construct


def acknowledge(construct: Construct, reasons: dict[str, str]) -> None:
    """Accept the findings with these ids on the construct and all below it."""
    for finding, reason in reasons.items():
        Validations.of(construct).acknowledge(Acknowledgment(id=finding, reason=reason))


def acknowledge_objects(construct: Construct, bucket: s3.IBucket, objects: str, reason: str) -> None:
    """Accept a wildcard over a part of a bucket that another stack owns; the finding names the bucket's export."""
    owner = Stack.of(bucket)
    export = owner.resolve(owner.export_value(bucket.bucket_arn))["Fn::ImportValue"]
    acknowledge(construct, {f"AwsSolutions-IAM5[Resource::{export}/{objects}]": reason})
