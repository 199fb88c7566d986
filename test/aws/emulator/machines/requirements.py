"""Checks whether machines can run on the host."""

import os
import shutil

from . import cgroups

PROGRAMS = ("unshare", "nsenter", "setpriv", "mount", "chroot", "bash", "hostname")
SYSTEMD = "/lib/systemd/systemd"


def has_overlay():
    """Tells whether the kernel has overlayfs."""
    with open("/proc/filesystems", encoding="ascii") as file:
        return any(line.split()[-1] == "overlay" for line in file)


def missing():
    """Describes what is missing; empty if machines can run."""
    lacks = []
    if os.geteuid() != 0:
        lacks.append("root (user id 0)")
    lacks += [f"the program {name}" for name in PROGRAMS if shutil.which(name) is None]
    if not os.path.exists(SYSTEMD):
        lacks.append(f"systemd ({SYSTEMD}; on Debian: apt-get install systemd)")
    if not has_overlay():
        lacks.append("overlayfs (try: modprobe overlay)")
    mount = cgroups.mount_point()
    if mount is None:
        lacks.append("a mount of cgroup version 2 (mount -t cgroup2 cgroup2 FOLDER)")
    elif not os.access(mount, os.W_OK):
        lacks.append(f"write access to {mount}")
    return lacks
