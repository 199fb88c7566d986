"""A command of Run Command."""

import datetime
import re
import threading
import time
import uuid

from moto.core.utils import utcnow

from ..reason import reason_of
from ..settings import CONTROL, LOCK, is_selected, use_up
from .invocation import Invocation
from .parameters import variables


class Command:
    """A command for one instance, as the project sends them. Starts when it is created."""

    def __init__(self, backend, request, instance, content, version):
        self.backend = backend
        self.command_id, self.requested, self.sent = str(uuid.uuid4()), utcnow(), time.time()
        self.document, self.version = request("DocumentName"), version
        self.parameters = request("Parameters", {})
        self.comment, self.by_id = request("Comment", ""), request("InstanceIds", [])
        self.timeout = int(request("TimeoutSeconds", 3600))
        self.inputs = content["mainSteps"][0]["inputs"]
        self.variables = variables(content["parameters"], self.parameters)
        self.invocation = Invocation(self, instance)
        threading.Thread(target=self._run, daemon=True).start()

    def rule(self, instance):
        """Returns the scripted answer that matches, and counts its use; None if there is none."""
        with LOCK:
            for rule in CONTROL["commands"]:
                if re.search(rule.get("document", "."), self.document) and (
                    "instance" not in rule or is_selected(instance, rule["instance"])
                ):
                    use_up(CONTROL["commands"], rule)
                    return dict(rule)
        return None

    def _run(self):
        try:
            self.invocation.run()
        except Exception as error:
            self.invocation.err += f"emulator: {reason_of(error)}"
            self.invocation.finish("Failed", code=-1)

    def answer(self):
        """Returns the answer of SendCommand."""
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
