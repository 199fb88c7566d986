"""AWS's own IAM policies, read when the first one is attached.

moto would read its thousand policies again for each account and after each reset.
"""

import functools
import json

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

PREFIX = "arn:aws:iam::aws:policy/"

attach_with_moto = IAMBackend.attach_role_policy


@functools.cache
def known():
    """Name → what moto knows of a policy."""
    return json.loads(aws_managed_policies_data)


def attach_role_policy(backend, policy_arn, role_name):
    """Takes the place of moto's; an unknown name is refused as by AWS."""
    name = policy_arn.rsplit("/", 1)[-1]
    is_new = policy_arn.startswith(PREFIX) and policy_arn not in backend.managed_policies
    if is_new and name in known():
        policy = AWSManagedPolicy.from_data(
            name, backend.account_id, backend.region_name, known()[name]
        )
        backend.managed_policies[policy.arn] = policy
    attach_with_moto(backend, policy_arn, role_name)


def install():
    """Takes the place of moto's method."""
    IAMBackend.attach_role_policy = attach_role_policy
