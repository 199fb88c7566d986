"""Roles change in place. Their managed policies decide nothing here, and are left out as by moto."""

from moto.iam.models import Role


def update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """The inline policies of the new template."""
    properties = cloudformation_json["Properties"]
    role = original_resource
    policies = {p["PolicyName"]: p["PolicyDocument"] for p in properties.get("Policies", [])}
    for name, document in policies.items():
        role.put_policy(name, document)
    role.description = properties.get("Description", role.description)
    return role


def install():
    """Takes the place of moto's class method, which is abstract."""
    Role.update_from_cloudformation_json = classmethod(update)
