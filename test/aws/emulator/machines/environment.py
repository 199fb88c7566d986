"""The environment of programs on an instance, without the emulator's own environment."""

import json
import os
import shutil
import sys

from ..settings import SETTINGS, Server
from .files import NODE, PROJECT, STUBS, SYSTEM_PATH, TOOLS


def of_instance(instance):
    """Returns credentials, region and metadata service of an instance, and the variables that a test adds."""
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
    """Returns the variables of the setting exec_env."""
    values = json.loads(SETTINGS["exec_env"] or "{}")
    return {key: str(value) for key, value in values.items()}


def of_machine(instance):
    """Returns the variables of every program on a machine."""
    path = [STUBS] if SETTINGS["stubs"] else []
    return {**of_instance(instance), "PATH": ":".join([*path, TOOLS, SYSTEM_PATH])}


def of_local_shell(instance, home):
    """Returns the variables of a command in a shell of the host, for an instance without a machine."""
    return {
        **of_instance(instance),
        "PATH": os.environ["PATH"],
        "HOME": home,
        "EMU_INSTANCE_TYPE": instance.instance_type,
        **added(),
    }


def of_command(instance):
    """Returns the variables that the SSM agent sets for every command."""
    return {"AWS_SSM_INSTANCE_ID": instance.id, "AWS_SSM_REGION_NAME": instance.region_name}


def binds():
    """Returns the host paths that a machine mounts, as (host path, machine path, mode) for boot.sh."""
    # This Python environment has the AWS CLI.
    mounts = [(sys.prefix, sys.prefix, "ro")]
    if SETTINGS["node"]:
        mounts.append((SETTINGS["node"], NODE, "ro"))
    if SETTINGS["stubs"]:
        mounts.append((os.path.abspath(SETTINGS["stubs"]), STUBS, "ro"))
    if SETTINGS["project"]:
        mounts.append((SETTINGS["project"], PROJECT, "over"))
    return mounts


def docker():
    """Returns the setting docker: options of the daemon, and the folder for the disks of machines; None if unset."""
    return json.loads(SETTINGS["docker"] or "null")


def dropped_capabilities():
    """Returns the capabilities that machines lack. With Docker they keep net_admin, to create networks."""
    with open(os.path.join(os.path.dirname(__file__), "dropped-capabilities"), encoding="ascii") as f:
        dropped = f.read().strip()
    return dropped.replace(",-net_admin", "") if docker() else dropped


def aws_wrapper():
    """Returns the script `aws` on a machine's PATH, which calls the AWS CLI by its full path; None without a CLI."""
    installed = os.path.join(sys.prefix, "bin", "aws")
    cli = installed if os.path.exists(installed) else shutil.which("aws")
    return f'#!/bin/sh\nexec {sys.executable} {cli} "$@"\n' if cli else None
