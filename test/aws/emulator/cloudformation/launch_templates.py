"""Launch templates, which moto deletes by the wrong name and whose data it ignores."""

from moto.ec2.models import ec2_backends
from moto.ec2.models.launch_templates import LaunchTemplate


def delete(template, account_id, region_name):
    """Deletes a launch template by its id, since its name may have changed."""
    ec2_backends[account_id][region_name].delete_launch_template(None, template.id)


def data_of(ec2, reference):
    """Returns the LaunchTemplateData of the version that an instance refers to."""
    if not reference:
        return {}
    template = ec2.get_launch_template(reference["LaunchTemplateId"])
    return template.get_version(reference["Version"]).data


def install():
    """Replaces moto's method."""
    LaunchTemplate.delete = delete
