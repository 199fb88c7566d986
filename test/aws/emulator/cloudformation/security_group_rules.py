"""Security group rules as resources of their own, both directions, deleted with the resource."""

from moto.ec2.models import ec2_backends

from .simple_resource import SimpleResource


class SecurityGroupRule(SimpleResource):
    """One rule. Subclasses name the direction and the property of the other group."""

    DIRECTION = ""
    OTHER_GROUP = ""

    def _arguments(self):
        properties = self.properties
        ranges = []
        if "CidrIp" in properties:
            described = {"Description": properties.get("Description", "")}
            ranges = [{"CidrIp": properties["CidrIp"], **described}]
        if "CidrIpv6" in properties:
            ranges.append({"CidrIpv6": properties["CidrIpv6"]})
        groups, prefixes = [], []
        if self.OTHER_GROUP in properties:
            groups = [{"GroupId": properties[self.OTHER_GROUP]}]
        prefix = properties.get("DestinationPrefixListId", properties.get("SourcePrefixListId"))
        if prefix:
            prefixes = [{"PrefixListId": prefix}]
        return {
            "group_name_or_id": properties["GroupId"],
            "ip_protocol": str(properties["IpProtocol"]),
            "from_port": properties.get("FromPort"),
            "to_port": properties.get("ToPort"),
            "ip_ranges": ranges,
            "source_groups": groups,
            "prefix_list_ids": prefixes,
        }

    def _call(self, verb):
        ec2 = ec2_backends[self.account_id][self.region]
        return getattr(ec2, f"{verb}_security_group_{self.DIRECTION}")(**self._arguments())

    def put(self):
        self._call("authorize")

    def delete(self, _account_id, _region):
        self._call("revoke")

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name
    ):
        original_resource.delete(account_id, region_name)
        return super().update_from_cloudformation_json(
            original_resource, new_resource_name, cloudformation_json, account_id, region_name
        )


class SecurityGroupIngress(SecurityGroupRule):
    """Takes the place of moto's, which cannot be deleted."""

    TYPE = "AWS::EC2::SecurityGroupIngress"
    DIRECTION = "ingress"
    OTHER_GROUP = "SourceSecurityGroupId"


class SecurityGroupEgress(SecurityGroupRule):
    """moto has none."""

    TYPE = "AWS::EC2::SecurityGroupEgress"
    DIRECTION = "egress"
    OTHER_GROUP = "DestinationSecurityGroupId"
