"""User data: what it said and how it ended, on machines and in shells of the host."""

import os
import subprocess
import tempfile
import time

from ..machines.environment import of_local_shell
from ..machines.machine import Machines
from ..machines.spawner import SPAWNER
from ..settings import SETTINGS, Server

# Records of user data that ran in shells of the host.
ON_HOST = []


def home_of(instance):
    """A folder of the host that stands for an instance without a machine."""
    home = os.path.join(Server.state, instance.id)
    os.makedirs(home, exist_ok=True)
    return home


def start_on_host(shell, path, text, variables, out, err):
    """Starts a script for an instance without a machine, in a process group of its own."""

    def start():
        with open(path, "w", encoding="utf8") as file:
            file.write(text)
        os.chmod(path, 0o700)
        return subprocess.Popen(
            [*shell, path],
            env=variables,
            cwd=variables["HOME"],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )

    return SPAWNER.call(start)


def run_on_host(instance, script):
    """Runs user data with the setting boot_shell, which may wrap it in a sandbox."""
    home, start = home_of(instance), time.time()
    with tempfile.TemporaryFile() as out:
        process = start_on_host(
            SETTINGS["boot_shell"].split(),
            os.path.join(home, "user-data"),
            script,
            of_local_shell(instance, home),
            out,
            subprocess.STDOUT,
        )
        code = process.wait()
        out.seek(0)
        text = out.read().decode(errors="replace")
    ON_HOST.append(record(instance, code, text, time.time() - start))


def record(instance, code, output, seconds=None):
    """One entry of /emu-api/boot."""
    return {
        "instance": instance.id,
        "type": instance.instance_type,
        "exitCode": code,
        "seconds": None if seconds is None else round(seconds, 2),
        "output": output,
    }


def records():
    """All user data that ran or runs; exitCode is null until it has ended."""
    on_machines = []
    for machine in list(Machines.by_id.values()):
        if machine.user_data is None:
            continue
        code = machine.read("/var/lib/cloud/instance/exit-code")
        output = machine.read("/var/log/cloud-init-output.log") or ""
        on_machines.append(
            record(machine.instance, int(code) if code and code.strip() else None, output)
        )
    return [*ON_HOST, *on_machines]
