"""Roles carry their managed policies, which moto leaves out of a template's role."""

from moto.iam.models import Role, iam_backends
from moto.utilities.utils import get_partition

create_with_moto = Role.create_from_cloudformation_json.__func__
delete_with_moto = Role.delete_from_cloudformation_json.__func__


def create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    """moto's role, with ManagedPolicyArns attached."""
    role = create_with_moto(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    )
    backend = iam_backends[account_id][get_partition(region_name)]
    for arn in cloudformation_json["Properties"].get("ManagedPolicyArns", []):
        backend.attach_role_policy(role_name=role.name, policy_arn=arn)
    return role


def update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """The trust, the inline policies and the managed ones of the new template, in place."""
    properties = cloudformation_json["Properties"]
    backend = iam_backends[account_id][get_partition(region_name)]
    role = original_resource
    wanted = set(properties.get("ManagedPolicyArns", []))
    for arn in set(role.managed_policies) - wanted:
        backend.detach_role_policy(role_name=role.name, policy_arn=arn)
    for arn in wanted - set(role.managed_policies):
        backend.attach_role_policy(role_name=role.name, policy_arn=arn)
    policies = {p["PolicyName"]: p["PolicyDocument"] for p in properties.get("Policies", [])}
    for name, document in policies.items():
        role.put_policy(name, document)
    role.description = properties.get("Description", role.description)
    return role


def delete(cls, resource_name, cloudformation_json, account_id, region_name):
    """Detaches the managed policies first, as CloudFormation does."""
    backend = iam_backends[account_id][get_partition(region_name)]
    role = next((r for r in backend.roles.values() if r.name == resource_name), None)
    for arn in list(role.managed_policies) if role else []:
        backend.detach_role_policy(role_name=role.name, policy_arn=arn)
    delete_with_moto(cls, resource_name, cloudformation_json, account_id, region_name)


def install():
    """Takes the place of moto's class methods."""
    Role.create_from_cloudformation_json = classmethod(create)
    Role.update_from_cloudformation_json = classmethod(update)
    Role.delete_from_cloudformation_json = classmethod(delete)
