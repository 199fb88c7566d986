"""The tagging API's list, with the kinds of EC2 resource that moto's list lacks."""

from moto.core.resource_tagging import TaggedResource
from moto.ec2.models import EC2Backend

from .cloudformation.placement_groups import groups_of

iterate_with_moto = EC2Backend.iter_tagged_resources


def more(backend):
    """(kind, id, tags) of what moto leaves out."""
    for kind, resources in (
        ("launch-template", backend.launch_templates),
        ("vpc-endpoint", backend.vpc_end_points),
    ):
        for resource in resources.values():
            yield kind, resource.id, {t["key"]: t["value"] for t in resource.get_tags()}
    for group in groups_of(backend.account_id, backend.region_name).values():
        tags = {tag["Key"]: tag["Value"] for tag in group["Tags"]}
        yield "placement-group", group["GroupName"], tags


def iterate(backend):
    """moto's resources and ours."""
    yield from iterate_with_moto(backend)
    place = f"arn:aws:ec2:{backend.region_name}:{backend.account_id}"
    for kind, identity, tags in more(backend):
        yield TaggedResource(
            arn=f"{place}:{kind}/{identity}", tags=tags, resource_type=f"ec2:{kind}"
        )


def install():
    """Takes the place of moto's method."""
    EC2Backend.iter_tagged_resources = iterate
