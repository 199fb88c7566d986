"""Prepares the host for machines, and cleans up afterwards."""

import os
import shutil
import subprocess
import sys
import tempfile

from ..settings import SETTINGS, Server
from . import cgroups, requirements
from .machine import Machines
from .spawner import SPAWNER

HERE = os.path.dirname(os.path.abspath(__file__))


class Host:
    """The emulator's folder and control group on the host, and the guard that removes them."""

    current = None

    def __init__(self):
        Host.current = self
        Server.state = tempfile.mkdtemp(prefix="aws-emulator-")
        self.guard = None

    def prepare_machines(self):
        """Prepares the host for the first machine. Raises if machines cannot run here."""
        if self.guard is not None:
            return
        lacks = requirements.missing()
        if lacks:
            raise RuntimeError("Machines cannot run here. Missing: " + "; ".join(lacks))
        Machines.group = os.path.join(cgroups.mount_point(), f"aws-emulator-{os.getpid()}")
        cgroups.make(Machines.group)
        self.guard = SPAWNER.popen(
            [sys.executable, os.path.join(HERE, "guard.py"), Machines.group, Server.state],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def clean_up(self):
        """Ends the machines and removes everything from the host."""
        Machines.destroy_all()
        if self.guard is not None:
            cgroups.kill(Machines.group)
            cgroups.remove(Machines.group)
            self.guard.stdin.close()
            self.guard.wait()
        shutil.rmtree(Server.state, ignore_errors=True)


def machines_wanted():
    """Tells whether new instances get a machine."""
    return bool(SETTINGS["machines"])
