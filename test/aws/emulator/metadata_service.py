"""A small instance metadata service (IMDSv2) at /emu-api/imds/INSTANCE/latest/…

The shared network has no 169.254.169.254, so programs find it by AWS_EC2_METADATA_SERVICE_ENDPOINT,
and scripts by EC2_METADATA_URL.
"""

import uuid

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

TOKENS = set()


def instance_of(instance_id):
    """Returns an instance of any region; None if it is unknown."""
    for backend in ec2_backends[DEFAULT_ACCOUNT_ID].values():
        for reservation in backend.all_reservations():
            for instance in reservation.instances:
                if instance.id == instance_id:
                    return instance
    return None


def value_of(instance, path):
    """Returns the value at a path; None if there is none."""
    values = {
        "meta-data/instance-id": instance.id,
        "meta-data/instance-type": instance.instance_type,
        "meta-data/instance-life-cycle": instance.lifecycle or "on-demand",
        "meta-data/ami-id": instance.image_id,
        "meta-data/local-ipv4": instance.private_ip,
        "meta-data/placement/availability-zone": instance.availability_zone,
    }
    return values.get(path)


def respond(method, instance_id, path, environ):
    """Handles a request and returns (status, text)."""
    instance = instance_of(instance_id)
    if instance is None:
        return "404 Not Found", ""
    if path == "api/token":
        if method != "PUT" or "HTTP_X_AWS_EC2_METADATA_TOKEN_TTL_SECONDS" not in environ:
            return "400 Bad Request", ""
        token = uuid.uuid4().hex
        TOKENS.add(token)
        return "200 OK", token
    if environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN") not in TOKENS:
        return "401 Unauthorized", ""
    value = value_of(instance, path)
    return ("404 Not Found", "") if value is None else ("200 OK", value)
