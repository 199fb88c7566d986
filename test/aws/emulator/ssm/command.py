"""One command and its invocations."""

import datetime
import re
import threading
import time
import uuid

from moto.core.utils import utcnow

from ..reason import reason_of
from ..settings import CONTROL, LOCK, is_selected, use_up
from .invocation import Invocation
from .parameters import Values

class Command:
    """Runs from its creation on."""

    def __init__(self, backend, request, instances, content, version):
        self.backend = backend
        self.command_id, self.requested, self.sent = str(uuid.uuid4()), utcnow(), time.time()
        self.document, self.version = request("DocumentName"), version
        self.parameters = request("Parameters", {})
        self.comment, self.by_id = request("Comment", ""), request("InstanceIds", [])
        self.timeout = int(request("TimeoutSeconds", 3600))
        self.steps = content.get("mainSteps", [])
        self.values = Values(content.get("parameters") or {}, self.parameters)
        self.invocations = [Invocation(self, instance) for instance in instances]
        self._run()

    def execution_timeout(self):
        """timeoutSeconds of the first step that has one."""
        for step in self.steps:
            seconds = step.get("inputs", {}).get("timeoutSeconds")
            if seconds is not None:
                return float(self.values.fill(str(seconds)))
        return 3600.0

    def rule(self, instance):
        """The scripted answer that fits, used once; None where there is none."""
        with LOCK:
            for rule in CONTROL["commands"]:
                if (
                    re.search(rule.get("document", "."), self.document)
                    and ("instance" not in rule or is_selected(instance, rule["instance"]))
                ):
                    use_up(CONTROL["commands"], rule)
                    return dict(rule)
        return None

    def _run(self):
        """On all instances at once, which is what the project asks for."""

        def run(invocation):
            try:
                invocation.run()
            except Exception as error:
                invocation.err += f"emulator: {reason_of(error)}"
                invocation.finish("Failed", code=-1)

        for invocation in self.invocations:
            threading.Thread(target=run, args=(invocation,), daemon=True).start()

    def cancel(self, instance_ids):
        """CancelCommand, for all instances or some."""
        for invocation in self.invocations:
            if not instance_ids or invocation.instance.id in instance_ids:
                invocation.cancelled.set()

    def answer(self):
        """What SendCommand says."""
        return {
            "CommandId": self.command_id,
            "DocumentName": self.document,
            "DocumentVersion": self.version,
            "Comment": self.comment,
            "Parameters": self.parameters,
            "InstanceIds": self.by_id,
            "RequestedDateTime": self.requested,
            "ExpiresAfter": self.requested + datetime.timedelta(seconds=self.timeout),
            "Status": "Pending",
            "StatusDetails": "Pending",
            "TimeoutSeconds": self.timeout,
        }
