"""Public parameters that name machine images, and the images that they name."""

import hashlib

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami, AmiBackend
from moto.ssm.models import Parameter, ParameterDict

from ..settings import SETTINGS

# Images that a test may pin without asking for the parameter first.
KNOWN = (
    "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64",
    "/aws/service/deeplearning/ami/x86_64/"
    "base-oss-nvidia-driver-gpu-amazon-linux-2023/latest/ami-id",
)

contains_in_moto, get_from_moto = ParameterDict.__contains__, ParameterDict.__getitem__
describe_with_moto = AmiBackend.describe_images


def image_id(name):
    """A stable made-up image id for a parameter in a release."""
    text = name + SETTINGS["image_release"]
    return "ami-" + hashlib.sha256(text.encode()).hexdigest()[:17]


def fill(parameters, name):
    """Makes a public parameter when it is asked for."""
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
    """The image of a parameter, as DescribeImages shows it."""
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
    """Takes the place of moto's."""
    fill(parameters, name)
    return contains_in_moto(parameters, name)


def get(parameters, name):
    """Takes the place of moto's."""
    fill(parameters, name)
    return get_from_moto(parameters, name)


def describe_images(backend, *args, **kwargs):
    """moto's images and those of the known parameters."""
    for name in KNOWN:
        publish(backend, name)
    return describe_with_moto(backend, *args, **kwargs)


def install():
    """Takes the place of moto's methods."""
    ParameterDict.__contains__, ParameterDict.__getitem__ = contains, get
    AmiBackend.describe_images = describe_images
