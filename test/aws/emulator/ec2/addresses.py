"""Private addresses on loopback: machines share the host's network.

10.83.0.12 becomes 127.83.0.12, so that servers of several machines can listen on one port.
"""


def on_loopback(address):
    """The loopback address that stands for a private one."""
    return "127." + address.partition(".")[2]


def map_interfaces(instance):
    """Changes the addresses of a new instance, so that every answer of the API shows them."""
    for interface in instance.nics.values():
        interface.private_ip_address = on_loopback(interface.private_ip_address)
        for entry in interface.private_ip_addresses:
            entry["PrivateIpAddress"] = on_loopback(entry["PrivateIpAddress"])
