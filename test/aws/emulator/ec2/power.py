"""Start, stop, reboot and end of instances, from the API, from inside, and as a power cut."""

import threading

from moto.ec2.models.instances import Instance

from ..machines.machine import Machines

moto = {name: getattr(Instance, name) for name in ("start", "stop", "reboot", "terminate")}


def in_background(function):
    """The API answers before the machine has done it."""
    threading.Thread(target=function, daemon=True).start()


def start(instance):
    """StartInstances: the same disk, user data not again."""
    previous = moto["start"](instance)
    machine = Machines.of(instance.id)
    if machine:
        in_background(machine.boot)
    return previous


def stop(instance):
    """StopInstances: a shutdown that the machine is asked for."""
    previous = moto["stop"](instance)
    machine = Machines.of(instance.id)
    if machine and machine.running:
        in_background(machine.power_off)
    return previous


def reboot(instance):
    """RebootInstances."""
    moto["reboot"](instance)
    machine = Machines.of(instance.id)
    if machine:
        in_background(machine.reboot)


def terminate(instance):
    """TerminateInstances and the deletion of a stack: at once, with the disk."""
    machine = Machines.of(instance.id)
    if machine:
        machine.destroy()
    if instance.state == "terminated":
        return instance._state
    return moto["terminate"](instance)


def on_end(machine, how):
    """A boot ended by itself: what EC2 makes of it."""
    instance = machine.instance
    if how == "reboot":
        machine.boot()
    elif instance.state != "running":
        pass  # A stop that was asked for.
    elif how == "poweroff":
        if instance.instance_initiated_shutdown_behavior == "terminate":
            moto["terminate"](instance)
            in_background(machine.destroy)
        else:
            moto["stop"](instance)
    # Lost without a word: EC2 goes on to say that it runs.


def cut(instance_id):
    """A power cut: EC2 goes on to say that the instance runs."""
    machine = Machines.of(instance_id)
    if machine is None or machine.gone:
        raise KeyError(f"no machine runs for {instance_id}")
    machine.cut_power()


def status(instance):
    """The reachability check of DescribeInstanceStatus."""
    if instance.state_code != 16:
        return {"Status": "not-applicable"}
    machine = Machines.of(instance.id)
    passed = machine is None or machine.running
    return {
        "Details": [{"Name": "reachability", "Status": "passed" if passed else "failed"}],
        "Status": "ok" if passed else "impaired",
    }


def install():
    """Takes the place of moto's methods."""
    Instance.start, Instance.stop = start, stop
    Instance.reboot, Instance.terminate = reboot, terminate
    Instance.instance_status = property(status)
    Instance.system_status = property(status)
