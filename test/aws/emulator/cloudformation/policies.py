"""Managed policies of a template change in place and go with their stack, which moto leaves out."""

import json

from moto.cloudformation.exceptions import ValidationError
from moto.iam.models import ManagedPolicy


def update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """A new default version of the same policy."""
    document = json.dumps(cloudformation_json["Properties"]["PolicyDocument"])
    policy = original_resource
    backend = policy.backend
    # No more than five are kept; CloudFormation deletes the oldest.
    oldest = next((v for v in policy.versions if not v.is_default), None)
    if len(policy.versions) == 5 and oldest:
        backend.delete_policy_version(policy.arn, oldest.version_id)
    backend.create_policy_version(policy.arn, document, set_as_default=True)
    return policy


def delete_policy(policy, _ec2):
    """Refused while it is attached, with the words of the service."""
    if policy.attachment_count > 0:
        raise ValidationError(
            policy.arn,
            "Cannot delete a policy attached to entities. (Service: Iam, Status Code: 409)",
        )
    policy.backend.delete_policy(policy.arn)


def install():
    """Takes the place of moto's class method, which is abstract."""
    ManagedPolicy.update_from_cloudformation_json = classmethod(update)
