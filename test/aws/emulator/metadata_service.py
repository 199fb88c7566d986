"""A small IMDSv2 for each instance, at /emu-api/imds/INSTANCE/latest/…

169.254.169.254 does not exist on the shared network, so programs are pointed here by
AWS_EC2_METADATA_SERVICE_ENDPOINT and scripts by EC2_METADATA_URL.
"""

import json
import time
import uuid

from moto.core import DEFAULT_ACCOUNT_ID
from moto.ec2.models import ec2_backends

from .settings import SETTINGS, is_selected, tags_of

NOTICE_S = 120

TOKENS = set()
NOTICES = {}


def instance_of(instance_id):
    """The instance, in whatever region; None for an unknown one."""
    for backend in ec2_backends[DEFAULT_ACCOUNT_ID].values():
        for reservation in backend.all_reservations():
            for instance in reservation.instances:
                if instance.id == instance_id:
                    return instance
    return None


def interruption(instance):
    """The two minutes' notice of a spot instance, while a test wants it."""
    if not is_selected(instance, SETTINGS["spot_interruption"]):
        NOTICES.pop(instance.id, None)
        return None
    at = NOTICES.setdefault(instance.id, time.time() + NOTICE_S)
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
    return json.dumps({"action": "terminate", "time": moment})


def identity(instance):
    """The instance identity document."""
    return json.dumps(
        {
            "accountId": instance.owner_id,
            "availabilityZone": instance.availability_zone,
            "imageId": instance.image_id,
            "instanceId": instance.id,
            "instanceType": instance.instance_type,
            "privateIp": instance.private_ip,
            "region": instance.region_name,
        }
    )


def value_of(instance, path):
    """The text at a path; None where there is nothing."""
    values = {
        "meta-data/instance-id": instance.id,
        "meta-data/instance-type": instance.instance_type,
        "meta-data/instance-life-cycle": instance.lifecycle or "on-demand",
        "meta-data/ami-id": instance.image_id,
        "meta-data/hostname": instance.private_dns_name,
        "meta-data/local-hostname": instance.private_dns_name,
        "meta-data/local-ipv4": instance.private_ip,
        "meta-data/public-ipv4": instance.public_ip,
        "meta-data/placement/availability-zone": instance.availability_zone,
        "meta-data/placement/region": instance.region_name,
        "dynamic/instance-identity/document": identity(instance),
    }
    if path == "meta-data/spot/instance-action":
        return interruption(instance)
    if path.startswith("meta-data/tags/instance/"):
        return tags_of(instance).get(path.removeprefix("meta-data/tags/instance/"))
    return values.get(path)


def respond(method, instance_id, path, environ):
    """(status, text) of a request."""
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
