"""Launch templates: every version's data as the template gave it."""

from moto.ec2.models import ec2_backends
from moto.ec2.models.launch_templates import LaunchTemplate


def delete(template, account_id, region_name):
    """moto's method, which takes a name that may have changed."""
    ec2_backends[account_id][region_name].delete_launch_template(None, template.id)


def data_of(ec2, reference):
    """LaunchTemplateData of the version that an instance refers to."""
    if not reference:
        return {}
    template = ec2.get_launch_template(reference["LaunchTemplateId"])
    return template.get_version(reference["Version"]).data


def install():
    """Takes the place of moto's method."""
    LaunchTemplate.delete = delete
