"""Types of which nothing here acts: they are there, and can be deleted."""

from .simple_resource import SimpleResource


class Alarm(SimpleResource):
    """Never goes off."""

    TYPE = "AWS::CloudWatch::Alarm"


class BucketPolicy(SimpleResource):
    """Allows and denies nothing."""

    TYPE = "AWS::S3::BucketPolicy"


class SecurityGroupIngress(SimpleResource):
    """Takes the place of moto's, which cannot be deleted."""

    TYPE = "AWS::EC2::SecurityGroupIngress"


class SecurityGroupEgress(SimpleResource):
    """moto has none."""

    TYPE = "AWS::EC2::SecurityGroupEgress"
