"""Subnets honour MapPublicIpOnLaunch, which moto ignores."""

from moto.ec2.models.subnets import Subnet

create_with_moto = Subnet.create_from_cloudformation_json.__func__


def create(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
    """moto's subnet, with the one property added."""
    subnet = create_with_moto(
        cls, resource_name, cloudformation_json, account_id, region_name, **kwargs
    )
    public = cloudformation_json["Properties"].get("MapPublicIpOnLaunch", False)
    subnet.map_public_ip_on_launch = str(public).lower() == "true"
    return subnet


def install():
    """Takes the place of moto's class method."""
    Subnet.create_from_cloudformation_json = classmethod(create)
