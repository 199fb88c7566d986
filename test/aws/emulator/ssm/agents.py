"""The SSM agents of instances: registered, online, lost."""

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends

from ..machines.machine import Machines
from ..settings import SETTINGS, is_selected

VERSION = "3.3.4793.0"


def registered(backend):
    """Returns the instances that SSM knows by id: running ones whose agent has been online."""
    ec2 = ec2_backends[backend.account_id][backend.region_name]
    instances = [i for reservation in ec2.all_reservations() for i in reservation.instances]
    return {i.id: i for i in instances if i.state == "running" and is_registered(i)}


def is_registered(instance):
    """Tells whether an agent has ever been online; it then stays registered until the instance ends."""
    if is_selected(instance, SETTINGS["agent_offline"]):
        return False
    machine = Machines.of(instance.id)
    return machine is None or machine.seen_online or machine.is_online()


def is_online(instance):
    """Tells whether commands reach an instance now."""
    if is_selected(instance, SETTINGS["agent_lost"]) or instance.state != "running":
        return False
    machine = Machines.of(instance.id)
    return is_registered(instance) and (machine is None or machine.is_online())


def information(instance):
    """Returns an entry of DescribeInstanceInformation."""
    return {
        "InstanceId": instance.id,
        "PingStatus": "Online" if is_online(instance) else "ConnectionLost",
        "LastPingDateTime": utcnow(),
        "AgentVersion": VERSION,
        "IsLatestVersion": True,
        "PlatformType": "Linux",
        "PlatformName": "Amazon Linux",
        "PlatformVersion": "2023",
        "ResourceType": "EC2Instance",
        "IPAddress": instance.private_ip,
        "ComputerName": instance.private_dns_name,
    }
