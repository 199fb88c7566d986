"""Control groups, by which a machine is ended as a whole and its services are seen from outside.

Needs nothing but os, since the guard uses it too.
"""

import contextlib
import os
import time


def mount_point():
    """Where the unified hierarchy is mounted, alone or beside the old ones; None without it."""
    with open("/proc/mounts", encoding="utf8") as mounts:
        for line in mounts:
            fields = line.split()
            if fields[2] == "cgroup2":
                return fields[1]
    return None


def make(path):
    """A new group."""
    os.makedirs(path, exist_ok=True)


def processes(path):
    """Ids of the processes in one group, without those below it."""
    try:
        with open(os.path.join(path, "cgroup.procs"), encoding="ascii") as file:
            return [int(line) for line in file.read().split()]
    except OSError:
        return []


def is_empty(path):
    """Whether no process lives in a group or below it."""
    try:
        with open(os.path.join(path, "cgroup.events"), encoding="ascii") as file:
            return "populated 0" in file.read()
    except OSError:
        return True


def kill(path, timeout_s=10):
    """Ends all processes in a group and below it, and waits until they are gone."""
    try:
        with open(os.path.join(path, "cgroup.kill"), "w", encoding="ascii") as file:
            file.write("1")
    except OSError:
        return
    deadline = time.monotonic() + timeout_s
    while not is_empty(path) and time.monotonic() < deadline:
        time.sleep(0.01)


def remove(path):
    """Removes a group and those below it, which must be empty."""
    deadline = time.monotonic() + 5
    while os.path.isdir(path) and time.monotonic() < deadline:
        for folder, _, _ in os.walk(path, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        if os.path.isdir(path):
            time.sleep(0.02)
