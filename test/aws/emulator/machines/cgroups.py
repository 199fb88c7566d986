"""Control groups, with which a whole machine can be killed and its services can be seen from outside.

Uses only the standard library, since the guard imports this file, too.
"""

import contextlib
import os
import time


def mount_point():
    """Returns where cgroup version 2 is mounted; None if it is not."""
    with open("/proc/mounts", encoding="utf8") as mounts:
        for line in mounts:
            fields = line.split()
            if fields[2] == "cgroup2":
                return fields[1]
    return None


def make(path):
    """Creates a group."""
    os.makedirs(path, exist_ok=True)


def processes(path):
    """Returns the ids of the processes in a group, without its subgroups."""
    try:
        with open(os.path.join(path, "cgroup.procs"), encoding="ascii") as file:
            return [int(line) for line in file.read().split()]
    except OSError:
        return []


def is_empty(path):
    """Tells whether a group and its subgroups have no processes."""
    try:
        with open(os.path.join(path, "cgroup.events"), encoding="ascii") as file:
            return "populated 0" in file.read()
    except OSError:
        return True


def kill(path, timeout_s=10):
    """Kills all processes in a group and its subgroups, and waits until they are gone."""
    try:
        with open(os.path.join(path, "cgroup.kill"), "w", encoding="ascii") as file:
            file.write("1")
    except OSError:
        return
    deadline = time.monotonic() + timeout_s
    while not is_empty(path) and time.monotonic() < deadline:
        time.sleep(0.01)


def remove(path):
    """Removes a group and its subgroups, which must be empty."""
    deadline = time.monotonic() + 5
    while os.path.isdir(path) and time.monotonic() < deadline:
        for folder, _, _ in os.walk(path, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        if os.path.isdir(path):
            time.sleep(0.02)
