"""Maps private addresses to loopback, since machines share the host's network.

10.83.0.12 becomes 127.N.0.12, so that servers of several machines can use the same port. N depends on
the emulator's port, so that two emulators hardly ever use the same addresses.
"""

from ..settings import Server


def on_loopback(address):
    """Returns the loopback address for a private one."""
    return f"127.{1 + Server.port % 254}." + ".".join(address.split(".")[2:])


def map_interfaces(instance):
    """Changes the addresses of a new instance to loopback addresses."""
    for interface in instance.nics.values():
        interface.private_ip_address = on_loopback(interface.private_ip_address)
        for entry in interface.private_ip_addresses:
            entry["PrivateIpAddress"] = on_loopback(entry["PrivateIpAddress"])
