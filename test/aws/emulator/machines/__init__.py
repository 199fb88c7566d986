"""Machines: stand-ins for EC2 instances with a real systemd.

Each has an overlay of the host's / with a private upper layer in memory, and its own mount, pid, uts,
ipc and cgroup namespaces. It shares the host's network, so its private address is a loopback address.
"""
