"""Deletes resources of types that moto does not delete, or deletes wrongly."""

from moto.cloudformation.exceptions import ValidationError
from moto.ec2.models import ec2_backends
from moto.s3.models import s3_backends


def detach_gateway(attachment, ec2):
    """Deletes the attachment; the gateway and the network stay."""
    for gateway in ec2.internet_gateways.values():
        if gateway.vpc and gateway.vpc.id == attachment.vpc_id:
            gateway.vpc = None


def delete_association(association, ec2):
    """Returns the subnet to the network's main route table."""
    table = ec2.route_tables.get(association.route_table_id)
    if table:
        kept = {k: v for k, v in table._associations.items() if v != association.subnet_id}
        table._associations = kept


def delete_policy(policy, _ec2):
    """Refuses to delete an attached policy, with the message of IAM."""
    if policy.attachment_count > 0:
        raise ValidationError(
            policy.arn,
            "Cannot delete a policy attached to entities. (Service: Iam, Status Code: 409)",
        )
    policy.backend.delete_policy(policy.arn)


def delete_bucket(bucket, _ec2):
    """Refuses to delete a bucket with objects, which moto silently keeps."""
    if len(bucket.keys):
        raise ValidationError(
            bucket.name,
            "The bucket you tried to delete is not empty (Service: S3, Status Code: 409)",
        )
    s3_backends[bucket.account_id][bucket.partition].delete_bucket(bucket.name)


def delete_instance(instance, ec2):
    """Terminates the instance and deletes its network interfaces, which would keep the subnet from being deleted."""
    if instance.state != "terminated":
        instance.terminate()
    for interface in list(instance.nics.values()):
        ec2.enis.pop(interface.id, None)


def delete_endpoint(endpoint, ec2):
    """Deletes an endpoint, which moto would only mark as deleted."""
    try:
        ec2.delete_vpc_endpoints([endpoint.id])
    finally:
        ec2.vpc_end_points.pop(endpoint.id, None)


def delete_route_table(table, ec2):
    """Deletes a route table."""
    ec2.delete_route_table(table.id)


def delete_route(route, _ec2):
    """Deletes a route, even if its table was deleted before."""
    route.route_table._routes.pop(route.id, None)


def delete_gateway(gateway, ec2):
    """Deletes an internet gateway, which moto cannot do for a stack."""
    ec2.delete_internet_gateway(gateway.id)


DELETERS = {
    "AWS::IAM::ManagedPolicy": delete_policy,
    "AWS::S3::Bucket": delete_bucket,
    "AWS::EC2::Instance": delete_instance,
    "AWS::EC2::VPCEndpoint": delete_endpoint,
    "AWS::EC2::VPCGatewayAttachment": detach_gateway,
    "AWS::EC2::RouteTable": delete_route_table,
    "AWS::EC2::Route": delete_route,
    "AWS::EC2::InternetGateway": delete_gateway,
    "AWS::EC2::SubnetRouteTableAssociation": delete_association,
}


def delete_resource(resource_map, resource, source):
    """Deletes one resource of a stack."""
    deleter = DELETERS.get(source["Type"])
    if deleter:
        deleter(resource, ec2_backends[resource_map._account_id][resource_map._region_name])
    else:
        resource_map._delete_resource(resource, source)
