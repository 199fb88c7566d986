"""Security group rules as resources of their own. Nothing decides by them, so that they need not be anywhere."""

from .simple_resource import SimpleResource


class SecurityGroupIngress(SimpleResource):
    """Takes the place of moto's, which cannot be deleted."""

    TYPE = "AWS::EC2::SecurityGroupIngress"


class SecurityGroupEgress(SimpleResource):
    """moto has none."""

    TYPE = "AWS::EC2::SecurityGroupEgress"
