"""Machines: small systems with a real systemd that stand for EC2 instances.

Each has an overlay of the host's / with a private upper layer in memory, and mount, pid, uts, ipc
and cgroup namespaces of its own. It shares the host's network, so that its private address is a
loopback address.
"""
