"""Resource types without any effect: they only exist, and can be deleted."""

from .simple_resource import SimpleResource


class Alarm(SimpleResource):
    """Never goes off."""

    TYPE = "AWS::CloudWatch::Alarm"


class BucketPolicy(SimpleResource):
    """Allows and denies nothing."""

    TYPE = "AWS::S3::BucketPolicy"


class SecurityGroupIngress(SimpleResource):
    """Replaces moto's type, which cannot be deleted."""

    TYPE = "AWS::EC2::SecurityGroupIngress"


class SecurityGroupEgress(SimpleResource):
    """moto lacks this type."""

    TYPE = "AWS::EC2::SecurityGroupEgress"
