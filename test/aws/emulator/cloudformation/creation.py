"""Creates a resource with moto, and adds events and the tags of the stack."""

import json
import uuid

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.core import TaggedEC2Resource
from moto.ec2.models.launch_templates import LaunchTemplate

from ..reason import reason_of
from .events import resource_event, stack_of

# Types whose `Tags` property is a list of Key and Value, and to which moto adds no stack tags.
WITH_TAG_LIST = {
    "AWS::S3::Bucket",
    "AWS::IAM::Role",
    "AWS::Logs::LogGroup",
    "AWS::SSM::Document",
    "AWS::SSM::Parameter",
    "AWS::EC2::Instance",
}

create_with_moto = parsing.parse_and_create_resource


def with_stack_tags(source, stack):
    """Adds the stack's tags to a resource if its type has a list of tags."""
    copy = json.loads(json.dumps(source))
    if copy["Type"] in WITH_TAG_LIST and stack.tags:
        properties = copy.setdefault("Properties", {})
        tags = properties.setdefault("Tags", [])
        if isinstance(tags, list):
            own = {tag["Key"] for tag in tags}
            tags += [{"Key": k, "Value": v} for k, v in stack.tags.items() if k not in own]
    return copy


def handler_message(error):
    """Formats an error like CloudFormation, which wraps the service's error in that of its resource handler."""
    text = reason_of(error)
    if not isinstance(error, EC2ClientError):
        return text
    # The handler's error code is not confirmed against AWS.
    return (
        f'Resource handler returned message: "{text} (Service: Ec2, Status Code: 500, '
        f'Request ID: {uuid.uuid4()})" (RequestToken: {uuid.uuid4()}, '
        "HandlerErrorCode: GeneralServiceException)"
    )


def tag_as_part_of(resource, stack, logical_id):
    """Adds CloudFormation's tags and the stack's tags to an EC2 resource."""
    own = {tag["key"] for tag in resource.get_tags()}
    tags = {
        **(stack.tags or {}),
        "aws:cloudformation:stack-name": stack.name,
        "aws:cloudformation:stack-id": stack.stack_id,
        "aws:cloudformation:logical-id": logical_id,
    }
    resource.add_tags({key: value for key, value in tags.items() if key not in own})
    if isinstance(resource, LaunchTemplate):
        resource.tags = resource.get_tags()  # The API returns this copy.


def create_resource(logical_id, resource_json, resources_map, account_id, region_name):
    """Replaces moto's function of the same signature."""
    stack, kind = stack_of(resources_map), resource_json["Type"]
    condition = resource_json.get("Condition")
    if condition and not resources_map.lazy_condition_map[condition]:
        return None
    resource_event(stack, logical_id, kind, "CREATE_IN_PROGRESS")
    source = with_stack_tags(resource_json, stack)
    try:
        if kind != "AWS::CDK::Metadata" and parsing.resource_class_from_type(kind) is None:
            raise ValidationError(stack.name, f"The emulator does not know the type {kind}")
        resource = create_with_moto(logical_id, source, resources_map, account_id, region_name)
    except Exception as error:
        resource_event(stack, logical_id, kind, "CREATE_FAILED", handler_message(error))
        raise
    if isinstance(resource, TaggedEC2Resource):
        tag_as_part_of(resource, stack, logical_id)
    physical_id = getattr(resource, "physical_resource_id", "")
    resource_event(stack, logical_id, kind, "CREATE_COMPLETE", None, physical_id)
    return resource


def install():
    """Replaces moto's function, which its resource map looks up in the module."""
    parsing.parse_and_create_resource = create_resource
