"""The variables of programs on an instance: nothing of the emulator's own environment."""

import json
import os
import shutil
import sys

from ..settings import SETTINGS, Server
from .files import NODE, PROJECT, STUBS, SYSTEM_PATH, TOOLS


def of_instance(instance):
    """What stands for the instance's role, region and metadata service, and what a test adds."""
    metadata = f"{Server.url()}/emu-api/imds/{instance.id}"
    return {
        "LANG": "C.UTF-8",
        "AWS_ENDPOINT_URL": Server.url(),
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": instance.region_name,
        "AWS_DEFAULT_REGION": instance.region_name,
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata,
        "EC2_METADATA_URL": metadata,
        "EMU_INSTANCE_ID": instance.id,
        **added(),
    }


def added():
    """The variables of the setting exec_env."""
    values = json.loads(SETTINGS["exec_env"] or "{}")
    return {key: str(value) for key, value in values.items()}


def of_machine(instance):
    """The variables of every program on a machine."""
    path = [STUBS] if SETTINGS["stubs"] else []
    return {**of_instance(instance), "PATH": ":".join([*path, TOOLS, SYSTEM_PATH])}


def of_local_shell(instance, home):
    """The same for a command that stands for the instance in a shell of the host."""
    return {
        **of_instance(instance),
        "PATH": os.environ["PATH"],
        "HOME": home,
        "EMU_INSTANCE_TYPE": instance.instance_type,
        **added(),
    }


def of_command(instance):
    """What the agent tells each command."""
    return {"AWS_SSM_INSTANCE_ID": instance.id, "AWS_SSM_REGION_NAME": instance.region_name}


def binds():
    """(host path, machine path, ro or over) of what a machine sees, as it is or as its own copy."""
    # The AWS command line of this Python environment, which may lie where a machine has nothing.
    found = [(sys.prefix, sys.prefix, "ro")]
    if SETTINGS["node"]:
        found.append((SETTINGS["node"], NODE, "ro"))
    if SETTINGS["stubs"]:
        found.append((os.path.abspath(SETTINGS["stubs"]), STUBS, "ro"))
    if SETTINGS["project"]:
        found.append((SETTINGS["project"], PROJECT, "over"))
    return found


def docker():
    """What machines with Docker get: options of its daemon, and the folder for their disks."""
    return json.loads(SETTINGS["docker"] or "null")


def dropped_capabilities():
    """What no program of a machine may do. A daemon of Docker makes networks."""
    with open(os.path.join(os.path.dirname(__file__), "dropped-capabilities"), encoding="ascii") as f:
        dropped = f.read().strip()
    return dropped.replace(",-net_admin", "") if docker() else dropped


def aws_wrapper():
    """The command line by its whole path, for the `aws` on a machine's PATH."""
    beside = os.path.join(sys.prefix, "bin", "aws")
    found = beside if os.path.exists(beside) else shutil.which("aws")
    return f'#!/bin/sh\nexec {sys.executable} {found} "$@"\n' if found else None
