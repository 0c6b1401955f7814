"""Where a function must stand to reach what is not on the internet."""

from dataclasses import dataclass

from aws_cdk import aws_ec2 as ec2


@dataclass(frozen=True, slots=True)
class Network:
    """Members of the security group reach each other; no way leads out. Where there are brokers, members speak Kafka."""

    vpc: ec2.IVpc
    security_group: ec2.ISecurityGroup
    has_brokers: bool = False

    @property
    def subnets(self) -> ec2.SubnetSelection:
        return ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
