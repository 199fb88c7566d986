"""Instances of a template, with all properties that moto's own creation drops."""

from moto.ec2.models import ec2_backends
from moto.ec2.models.instances import Instance

from .launch_templates import data_of


def is_true(value):
    """Templates have booleans as booleans or as text."""
    return str(value).lower() == "true"


def merged(properties, data):
    """An instance's properties over those of its launch template."""
    from_template = {
        key: data[key]
        for key in (
            "ImageId",
            "InstanceType",
            "KeyName",
            "UserData",
            "SecurityGroupIds",
            "NetworkInterfaces",
            "BlockDeviceMappings",
            "MetadataOptions",
            "InstanceMarketOptions",
            "InstanceInitiatedShutdownBehavior",
            "TagSpecifications",
        )
        if data.get(key) is not None
    }
    profile = data.get("IamInstanceProfile", {})
    if profile:
        from_template["IamInstanceProfile"] = profile.get("Name") or profile["Arn"].split("/")[-1]
    if "GroupName" in data.get("Placement", {}):
        from_template["PlacementGroupName"] = data["Placement"]["GroupName"]
    return {**from_template, **properties}


def tags_for(properties, kind):
    """Tags that the launch template's TagSpecifications give to one kind of resource."""
    return {
        tag["Key"]: tag["Value"]
        for specification in properties.get("TagSpecifications", [])
        if specification["ResourceType"] == kind
        for tag in specification["Tags"]
    }


def run_arguments(properties, region_name):
    """The arguments of moto's run_instances."""
    interface = next(
        (
            interface
            for interface in properties.get("NetworkInterfaces", [])
            if str(interface.get("DeviceIndex", "0")) == "0"
        ),
        {},
    )
    groups = properties.get("SecurityGroupIds") or interface.get("GroupSet")
    public = interface.get("AssociatePublicIpAddress")
    devices = [
        {**device, "Ebs": {"DeleteOnTermination": True, **device.get("Ebs", {})}}
        for device in properties.get("BlockDeviceMappings", [])
    ]
    arguments = {
        "security_group_ids": list(groups or interface.get("Groups") or []),
        "instance_type": properties.get("InstanceType", "m1.small"),
        "is_instance_type_default": not properties.get("InstanceType"),
        "region_name": region_name,
        "subnet_id": properties.get("SubnetId") or interface.get("SubnetId"),
        "placement": properties.get("AvailabilityZone"),
        "key_name": properties.get("KeyName"),
        "private_ip": properties.get("PrivateIpAddress"),
        "metadata_options": properties.get("MetadataOptions") or {},
        "instance_market_options": properties.get("InstanceMarketOptions"),
        "instance_initiated_shutdown_behavior": properties.get("InstanceInitiatedShutdownBehavior"),
        "associate_public_ip": None if public is None else is_true(public),
        "monitoring_state": "enabled" if is_true(properties.get("Monitoring")) else "disabled",
        "tags": {
            "instance": {
                **tags_for(properties, "instance"),
                **{tag["Key"]: tag["Value"] for tag in properties.get("Tags", [])},
            },
            "volume": tags_for(properties, "volume"),
        },
    }
    if devices:
        arguments["block_device_mappings"] = devices
    if is_true(properties.get("PropagateTagsToVolumeOnCreation")):
        arguments["tags"]["volume"] = arguments["tags"]["instance"]
    return arguments


def create(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    """One running instance."""
    ec2 = ec2_backends[account_id][region_name]
    own = cloudformation_json["Properties"]
    properties = merged(own, data_of(ec2, own.get("LaunchTemplate")))
    reservation = ec2.run_instances(
        properties.get("ImageId"),
        1,
        properties.get("UserData"),
        [],
        **run_arguments(properties, region_name),
    )
    instance = reservation.instances[0]
    instance._placement.group_name = properties.get("PlacementGroupName", "")
    if properties.get("IamInstanceProfile"):
        ec2.associate_iam_instance_profile(
            instance_id=instance.id,
            iam_instance_profile_name=properties["IamInstanceProfile"],
        )
    return instance


def install():
    """Takes the place of moto's class method."""
    Instance.create_from_cloudformation_json = classmethod(create)
