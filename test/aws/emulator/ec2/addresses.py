"""Private addresses on loopback: machines share the host's network.

10.83.0.12 becomes 127.N.0.12, so that servers of several machines can listen on one port. N comes from the emulator's
own port, so that two emulators at once hardly ever give one address twice.
"""

from ..settings import Server


def on_loopback(address):
    """The loopback address that stands for a private one."""
    return f"127.{1 + Server.port % 254}." + ".".join(address.split(".")[2:])


def map_interfaces(instance):
    """Changes the addresses of a new instance, so that every answer of the API shows them."""
    for interface in instance.nics.values():
        interface.private_ip_address = on_loopback(interface.private_ip_address)
        for entry in interface.private_ip_addresses:
            entry["PrivateIpAddress"] = on_loopback(entry["PrivateIpAddress"])
