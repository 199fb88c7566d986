"""How machines end: from the API, from inside, and by a power cut."""

import threading

from moto.ec2.models.instances import Instance

from ..machines.machine import Machines

terminate_with_moto = Instance.terminate


def terminate(instance):
    """TerminateInstances and the deletion of a stack: at once, with the disk."""
    machine = Machines.of(instance.id)
    if machine:
        machine.destroy()
    if instance.state == "terminated":
        return instance._state
    return terminate_with_moto(instance)


def on_end(machine, how):
    """A boot ended by itself: what EC2 makes of it where the instance is to terminate, as those of the project are."""
    if how == "reboot":
        machine.boot()
    elif how == "poweroff":
        terminate_with_moto(machine.instance)
        threading.Thread(target=machine.destroy, daemon=True).start()
    # Lost without a word: EC2 goes on to say that it runs.


def cut(instance_id):
    """A power cut: EC2 goes on to say that the instance runs."""
    machine = Machines.of(instance_id)
    if machine is None or machine.gone:
        raise KeyError(f"no machine runs for {instance_id}")
    machine.cut_power()


def install():
    """Takes the place of moto's method."""
    Instance.terminate = terminate
