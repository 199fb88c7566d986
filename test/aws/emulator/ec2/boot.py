"""The user data of machines, and scripts of instances without a machine."""

import os
import subprocess

from ..machines.machine import Machines
from ..machines.spawner import SPAWNER
from ..settings import Server


def home_of(instance):
    """Returns the host folder of an instance without a machine."""
    home = os.path.join(Server.state, instance.id)
    os.makedirs(home, exist_ok=True)
    return home


def start_on_host(path, text, variables, out, err):
    """Starts a script of an instance without a machine, in its own process group."""

    def start():
        with open(path, "w", encoding="utf8") as file:
            file.write(text)
        os.chmod(path, 0o700)
        return subprocess.Popen(
            ["sh", "-c", path],
            env=variables,
            cwd=variables["HOME"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )

    return SPAWNER.call(start)


def records():
    """Describes the user data of all machines; exitCode is null until it has ended."""
    boots = []
    for machine in list(Machines.by_id.values()):
        if machine.user_data is None:
            continue
        code = machine.read("/var/lib/cloud/instance/exit-code")
        boots.append(
            {
                "instance": machine.instance.id,
                "type": machine.instance.instance_type,
                "exitCode": int(code) if code and code.strip() else None,
                "output": machine.read("/var/log/cloud-init-output.log") or "",
            }
        )
    return boots
