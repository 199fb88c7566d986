"""Security groups with the rules of both directions that their template gives them."""

from moto.ec2.models import ec2_backends
from moto.ec2.models.security_groups import SecurityGroup

from .security_group_rules import SecurityGroupEgress, SecurityGroupIngress

create_with_moto = SecurityGroup.create_from_cloudformation_json.__func__

INLINE = {
    "SecurityGroupIngress": SecurityGroupIngress,
    "SecurityGroupEgress": SecurityGroupEgress,
}


def rules_of(group, properties, account_id, region_name):
    """The rules inside a group's properties, each as the resource of its own that it could be."""
    return [
        rule_type("", {**rule, "GroupId": group.id}, account_id, region_name)
        for name, rule_type in INLINE.items()
        for rule in properties.get(name, [])
    ]


def create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    """Egress rules take the place of the one that allows everything, as in CloudFormation."""
    properties = cloudformation_json["Properties"]
    bare = {key: value for key, value in properties.items() if key not in INLINE}
    group = create_with_moto(
        cls,
        properties.get("GroupName", resource_name),
        {**cloudformation_json, "Properties": bare},
        account_id,
        region_name,
        **kwargs,
    )
    if "SecurityGroupEgress" in properties:
        ec2 = ec2_backends[account_id][region_name]
        ec2.get_security_group_from_id(group.id).egress_rules.clear()
    rules = rules_of(group, properties, account_id, region_name)
    for rule in rules:
        rule.put()
    group.inline_rules = rules
    return group


def update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """The group stays; its inline rules are those of the new template."""
    properties = cloudformation_json["Properties"]
    group = original_resource
    for rule in group.inline_rules:
        rule.delete(account_id, region_name)
    group.inline_rules = rules_of(group, properties, account_id, region_name)
    for rule in group.inline_rules:
        rule.put()
    return group


def install():
    """Takes the place of moto's class methods."""
    SecurityGroup.create_from_cloudformation_json = classmethod(create)
    SecurityGroup.update_from_cloudformation_json = classmethod(update)
