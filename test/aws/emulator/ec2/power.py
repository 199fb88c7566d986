"""Ends machines: through the API, from inside, and by a power cut."""

import threading

from moto.ec2.models.instances import Instance

from ..machines.machine import Machines

terminate_with_moto = Instance.terminate


def terminate(instance):
    """Terminates an instance at once, with its disk."""
    machine = Machines.of(instance.id)
    if machine:
        machine.destroy()
    if instance.state == "terminated":
        return instance._state
    return terminate_with_moto(instance)


def on_end(machine, how):
    """Handles the end of a boot, as EC2 does for instances that terminate on shutdown."""
    if how == "reboot":
        machine.boot()
    elif how == "poweroff":
        terminate_with_moto(machine.instance)
        threading.Thread(target=machine.destroy, daemon=True).start()
    # If the machine was lost, EC2 still reports that it runs.


def cut(instance_id):
    """Cuts the power of a machine; EC2 still reports that it runs."""
    machine = Machines.of(instance_id)
    if machine is None or machine.gone:
        raise KeyError(f"no machine runs for {instance_id}")
    machine.cut_power()


def install():
    """Replaces moto's method."""
    Instance.terminate = terminate
