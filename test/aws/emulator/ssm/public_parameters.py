"""Public parameters with the ids of machine images, and these images."""

import hashlib

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ssm.models import Parameter, ParameterDict

from ..settings import SETTINGS

# Their images exist even before a test reads the parameters.
KNOWN = (
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "/aws/service/deeplearning/ami/x86_64/"
    "base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id",
)

contains_in_moto, get_from_moto = ParameterDict.__contains__, ParameterDict.__getitem__
describe_with_moto = AmiBackend.describe_images
mappings_of_moto = Ami.block_device_mappings.fget


def image_id(name):
    """Returns a made-up image id for a parameter, which depends only on its name and the setting image_release."""
    text = name + SETTINGS["image_release"]
    return "ami-" + hashlib.sha256(text.encode()).hexdigest()[:17]


def fill(parameters, name):
    """Creates or updates a public parameter when it is read."""
    if name not in KNOWN:
        return
    current = dict.get(parameters, name)
    if current and current[-1].value == image_id(name):
        return
    parameter = Parameter(
        account_id=parameters.account_id,
        name=name,
        value=image_id(name),
        parameter_type="String",
        description=None,
        allowed_pattern=None,
        keyid=None,
        last_modified_date=utcnow(),
        version=1,
        data_type="aws:ec2:image",
    )
    dict.__setitem__(parameters, name, [parameter])
    publish(ec2_backends[parameters.account_id][parameters.region_name], name)


def publish(ec2, name):
    """Creates the image of a parameter."""
    identity = image_id(name)
    if identity in ec2.amis:
        return
    ec2.amis[identity] = Ami(
        ec2,
        identity,
        name=name.removeprefix("/aws/service/").replace("/", "-"),
        description=f"Emulated image of {name}",
        owner_id="amazon",
        owner_alias="amazon",
        public=True,
        virtualization_type="hvm",
        architecture="x86_64",
        hypervisor="xen",
        root_device_type="ebs",
        root_device_name="/dev/xvda",
        region_name=ec2.region_name,
    )


def contains(parameters, name):
    """Replaces moto's method."""
    fill(parameters, name)
    return contains_in_moto(parameters, name)


def get(parameters, name):
    """Replaces moto's method."""
    fill(parameters, name)
    return get_from_moto(parameters, name)


def describe_images(backend, *args, **kwargs):
    """Returns moto's images and those of the known parameters."""
    for name in KNOWN:
        publish(backend, name)
    return describe_with_moto(backend, *args, **kwargs)


def block_device_mappings(image):
    """Returns moto's disks with the size of the setting `root_gib`."""
    (root,) = mappings_of_moto(image)
    return [{**root, "Ebs": {**root["Ebs"], "VolumeSize": int(SETTINGS["root_gib"])}}]


def install():
    """Replaces moto's methods."""
    Ami.block_device_mappings = property(block_device_mappings)
    ParameterDict.__contains__, ParameterDict.__getitem__ = contains, get
    AmiBackend.describe_images = describe_images
