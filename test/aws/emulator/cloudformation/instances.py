"""Creates instances of a template, including the properties that moto ignores."""

from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance

from .launch_templates import data_of


def run_arguments(properties, region_name):
    """Returns the arguments for moto's run_instances."""
    tags = {tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])}
    devices = [
        {**device, "Ebs": {"DeleteOnTermination": True, **device["Ebs"]}}
        for device in properties.get("BlockDeviceMappings", [])
    ]
    arguments = {
        "security_group_ids": properties.get("SecurityGroupIds", []),
        "instance_type": properties["InstanceType"],
        "is_instance_type_default": False,
        "region_name": region_name,
        "subnet_id": properties.get("SubnetId"),
        "placement": properties.get("AvailabilityZone"),
        "metadata_options": properties.get("MetadataOptions") or {},
        "instance_market_options": properties.get("InstanceMarketOptions"),
        "instance_initiated_shutdown_behavior": properties.get("InstanceInitiatedShutdownBehavior"),
        "tags": {"instance": tags, "volume": {}},
    }
    if devices:
        arguments["block_device_mappings"] = devices
    if properties.get("PropagateTagsToVolumeOnCreation"):
        arguments["tags"]["volume"] = tags
    return arguments


def create(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    """Creates a running instance."""
    ec2 = ec2_backends[account_id][region_name]
    own = cloudformation_json["Properties"]
    properties = {**data_of(ec2, own.get("LaunchTemplate")), **own}
    reservation = ec2.run_instances(
        properties.get("ImageId"),
        1,
        properties.get("UserData"),
        [],
        **run_arguments(properties, region_name),
    )
    instance = reservation.instances[0]
    if properties.get("IamInstanceProfile"):
        ec2.associate_iam_instance_profile(
            instance_id=instance.id,
            iam_instance_profile_name=properties["IamInstanceProfile"],
        )
    return instance


def install():
    """Replaces moto's class method."""
    Instance.create_from_cloudformation_json = classmethod(create)
