"""The invocation of a command on an instance."""

import datetime
import tempfile
import threading
import time

from ..ec2.boot import home_of, start_on_host
from ..machines.environment import of_command, of_local_shell, of_machine
from ..machines.machine import Machines, kill_group
from ..settings import SETTINGS, is_selected, number
from . import agents

PLUGIN = "aws:runShellScript"
STDOUT_LIMIT, STDERR_LIMIT = 24000, 8000


def cut(text, limit):
    """Truncates output like GetCommandInvocation."""
    return text if len(text) <= limit else text[: limit - 20] + "\n--output truncated--"


def timestamp(seconds):
    """Formats a time like the API; empty if there is none yet."""
    if not seconds:
        return ""
    moment = datetime.datetime.fromtimestamp(seconds, datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def read_all(file):
    """Returns the whole text of a file."""
    file.seek(0)
    return file.read().decode(errors="replace")


class Invocation:
    """An invocation, which is Pending until `run` is called."""

    def __init__(self, command, instance):
        self.command, self.instance = command, instance
        self.cancelled = threading.Event()
        self.status = self.details = "Pending"
        self.code, self.out, self.err = -1, "", ""
        self.start = self.end = None

    def run(self):
        """Waits for the agent, then runs the command or uses a scripted answer."""
        if not self._deliver():
            return
        self.status = self.details = "InProgress"
        self.start = time.time()
        limit = float(self.command.inputs["timeoutSeconds"]) * number("time_scale")
        rule = self.command.rule(self.instance)
        machine = Machines.of(self.instance.id)
        if is_selected(self.instance, SETTINGS["hang"]):
            self._wait(limit)
        elif rule is not None:
            self._answer_by(rule)
        elif machine is not None or SETTINGS["exec"]:
            self._execute(machine, limit)
        else:
            self.finish("Success", code=0)

    def _deliver(self):
        """Waits for the agent for at most the command's TimeoutSeconds; returns whether it got the command."""
        deadline = time.monotonic() + self.command.timeout * number("time_scale")
        while not agents.is_online(self.instance):
            if self.instance.state != "running":
                self.finish("Failed", "Undeliverable", -1)
                return False
            if time.monotonic() > deadline:
                self.finish("TimedOut", "DeliveryTimedOut", -1)
                return False
            if self.cancelled.wait(0.05):
                break
        if self.cancelled.is_set():
            self.finish("Cancelled", code=-1)
            return False
        return True

    def _wait(self, limit):
        if self.cancelled.wait(limit):
            self.finish("Cancelled", code=137)
        else:
            self.finish("TimedOut", "ExecutionTimedOut", 137)

    def _answer_by(self, rule):
        self.out, self.err = rule.get("stdout", ""), rule.get("stderr", "")
        self.finish(
            rule.get("status", "Success"), rule.get("statusDetails"), rule.get("responseCode")
        )

    def _execute(self, machine, limit):
        """Runs the document's lines as one script with sh, like the agent."""
        deadline = time.monotonic() + limit
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = self._start(machine, out, err)
            end = None
            while process.poll() is None and end is None:
                if time.monotonic() > deadline:
                    end = ("TimedOut", "ExecutionTimedOut", 137)
                elif self.cancelled.wait(0.02):
                    end = ("Cancelled", "Cancelled", 137)
            code = process.returncode
            # Kills what the script left behind; units that it started live on.
            kill_group(process)
            self.out, self.err = read_all(out), read_all(err)
        self.finish(*(end or ("Failed" if code else "Success", None, code)))

    def _start(self, machine, out, err):
        text = "\n".join(self.command.inputs["runCommand"]) + "\n"
        variables = {**self.command.variables, **of_command(self.instance)}
        name = f"{self.command.command_id}.sh"
        if machine is None:
            home = home_of(self.instance)
            env = {**of_local_shell(self.instance, home), **variables}
            return start_on_host(f"{home}/{name}", text, env, out, err)
        env = {**of_machine(self.instance), "HOME": "/root", **variables}
        path = f"/var/lib/amazon/ssm/{self.instance.id}/document/orchestration/{name}"
        return machine.start_script(path, text, env, out, err)

    def finish(self, status, details=None, code=None):
        """Ends the invocation. The status is set last, since clients that poll it then read the output."""
        self.code = (0 if status == "Success" else 1) if code is None else code
        self.details, self.end = details or status, time.time()
        self.status = status

    def answer(self):
        """Returns the answer of GetCommandInvocation."""
        elapsed = f"PT{(self.end or time.time()) - self.start:.3f}S" if self.start else ""
        return {
            "CommandId": self.command.command_id,
            "InstanceId": self.instance.id,
            "Comment": self.command.comment,
            "DocumentName": self.command.document,
            "DocumentVersion": self.command.version,
            "Status": self.status,
            "StatusDetails": self.details,
            "PluginName": PLUGIN,
            "ResponseCode": self.code,
            "ExecutionStartDateTime": timestamp(self.start),
            "ExecutionEndDateTime": timestamp(self.end) if self.start else "",
            "ExecutionElapsedTime": elapsed,
            "StandardOutputContent": cut(self.out, STDOUT_LIMIT),
            "StandardErrorContent": cut(self.err, STDERR_LIMIT),
        }
