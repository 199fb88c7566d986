"""Bucket policies: stored and readable, not enforced.

moto ignores `Condition`, so that enforcing "deny without TLS" would deny everything.
"""

import json

from moto.iam.access_control import PermissionResult
from moto.s3.models import FakeBucket, s3_backends
from moto.utilities.utils import get_partition

from .simple_resource import SimpleResource


class BucketPolicy(SimpleResource):
    """What GetBucketPolicy answers."""

    TYPE = "AWS::S3::BucketPolicy"

    def put(self):
        self._buckets()[self.properties["Bucket"]].policy = json.dumps(
            self.properties["PolicyDocument"]
        ).encode()

    def delete(self, _account_id, _region):
        bucket = self._buckets().get(self.properties["Bucket"])
        if bucket is not None:
            bucket.policy = None

    def _buckets(self):
        return s3_backends[self.account_id][get_partition(self.region)].buckets


def install():
    """No policy allows or denies anything."""
    FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL
