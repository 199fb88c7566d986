"""Launches instances: checks the capacity, and boots a machine for each."""

import base64
import threading
import traceback

from moto.core.types import Base64EncodedString
from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.instance_types import InstanceTypeOfferingBackend
from moto.ec2.models.instances import InstanceBackend

from ..machines.host import machines_wanted
from ..machines.machine import Machine, Machines
from ..settings import SETTINGS, split, take
from . import addresses, power

run_with_moto = InstanceBackend.run_instances
offerings_of_moto = InstanceTypeOfferingBackend.describe_instance_type_offerings


def capacity_message(kind, zone, spot):
    """Returns EC2's message for a zone without capacity for a type."""
    if spot:
        return "There is no Spot capacity available that matches your request."
    return (
        f"We currently do not have sufficient {kind} capacity in the Availability Zone you "
        f"requested ({zone}). Our system will be working on provisioning additional capacity."
    )


def check_capacity(kind, zone, spot):
    """Raises if the setting `capacity` has an entry `type[/spot]@zone` for it; type and zone may be *."""

    def matches(entry):
        wanted, _, where = entry.partition("@")
        name, _, market = wanted.partition("/")
        right_market = not market or (market == "spot") == spot
        return name in ("*", kind) and where in ("*", zone) and right_market

    if take("capacity", matches):
        raise EC2ClientError("InsufficientInstanceCapacity", capacity_message(kind, zone, spot))


def is_offered(kind, zone):
    """Tells whether a zone offers a type: the setting `unoffered` has no entry `type@zone`."""
    return f"{kind}@{zone}" not in split(SETTINGS["unoffered"])


def check_offering(kind, zone):
    """Raises if the zone does not offer the type."""
    if is_offered(kind, zone):
        return
    raise EC2ClientError(
        "Unsupported",
        f"Your requested instance type ({kind}) is not supported in your requested Availability "
        f"Zone ({zone}). Please retry your request by not specifying an Availability Zone.",
    )


def offerings(self, location_type=None, filters=None):
    """Returns moto's offerings without the unoffered ones."""
    return [
        offering
        for offering in offerings_of_moto(self, location_type, filters)
        if is_offered(offering["InstanceType"], offering["Location"])
    ]


def user_data_bytes(value):
    """Decodes user data, which is base64 text or moto's type for it."""
    if value is None:
        return None
    if isinstance(value, Base64EncodedString):
        return value.decode()
    return base64.b64decode(value).decode()


def run_instances(self, image_id, count, user_data, security_group_names, **kwargs):
    """Runs instances with moto, and boots a machine for each if machines are enabled."""
    interfaces = kwargs.get("nics") or []
    subnet = kwargs.get("subnet_id") or next(
        (nic["SubnetId"] for nic in interfaces if "SubnetId" in nic), None
    )
    if subnet:
        zone = self.get_subnet(subnet).availability_zone
    else:
        zone = kwargs.get("placement") or self.region_name + "a"
    check_offering(kwargs.get("instance_type"), zone)
    check_capacity(kwargs.get("instance_type"), zone, bool(kwargs.get("instance_market_options")))
    if isinstance(user_data, str):
        user_data = Base64EncodedString(user_data)
    reservation = run_with_moto(self, image_id, count, user_data, security_group_names, **kwargs)
    for instance in reservation.instances:
        for interface in instance.nics.values():
            interface.delete_on_termination = True
        start(instance, user_data_bytes(instance.user_data))
    return reservation


def start(instance, script):
    """Boots a machine in a thread if machines are enabled."""
    if machines_wanted():
        addresses.map_interfaces(instance)
        machine = Machine(instance, script, power.on_end)
        Machines.by_id[instance.id] = machine
        threading.Thread(target=start_machine, args=(machine,), daemon=True).start()


def start_machine(machine):
    """Starts a machine. If that fails, its agent never comes online, and the log says why."""
    try:
        machine.start()
    except Exception:
        if not machine.gone:
            traceback.print_exc()


def install():
    """Replaces moto's methods."""
    InstanceBackend.run_instances = run_instances
    InstanceTypeOfferingBackend.describe_instance_type_offerings = offerings
