"""Placement groups, as stack resources and in the API that lists them."""

import uuid

from moto.core.responses import ActionResult
from moto.ec2.responses import EC2Response

from .simple_resource import SimpleResource

# (account, region) → name → what DescribePlacementGroups answers.
GROUPS = {}


def groups_of(account_id, region):
    """The groups of one account in one region."""
    return GROUPS.setdefault((account_id, region), {})


class PlacementGroup(SimpleResource):
    """Ref and GetAtt GroupName give its name."""

    TYPE = "AWS::EC2::PlacementGroup"
    NAME_PROPERTY = "GroupName"

    def put(self):
        groups_of(self.account_id, self.region)[self.name] = {
            "GroupName": self.name,
            "GroupId": f"pg-{uuid.uuid4().hex[:17]}",
            "State": "available",
            "Strategy": self.properties.get("Strategy", "cluster"),
            "PartitionCount": self.properties.get("PartitionCount"),
            "Tags": self.properties.get("Tags", []),
        }

    def delete(self, account_id, region):
        groups_of(account_id, region).pop(self.name, None)


def describe_placement_groups(response):
    """All groups, or those of the given names and of the filters on tags."""
    backend = response.ec2_backend
    groups = groups_of(backend.account_id, backend.region_name).values()
    names = response._get_param("GroupNames", [])
    filters = response._get_param("Filters", [])

    def fits(group):
        tags = {tag["Key"]: tag["Value"] for tag in group["Tags"]}
        wanted = {f["Name"][4:]: f["Values"] for f in filters if f["Name"].startswith("tag:")}
        return (not names or group["GroupName"] in names) and all(
            tags.get(key) in values for key, values in wanted.items()
        )

    return ActionResult({"PlacementGroups": [group for group in groups if fits(group)]})


def install():
    """moto has no such action."""
    EC2Response.describe_placement_groups = describe_placement_groups
