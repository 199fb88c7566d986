"""Wait conditions, which the bootstrap of a node signals."""

import json
import time

from moto.cloudformation.exceptions import ValidationError

from ..settings import SETTINGS, Server, number
from .simple_resource import SimpleResource

# Received signals by handle.
SIGNALS = {}

# Ids of stacks whose conditions must stop waiting.
CANCELLED = set()


class WaitConditionHandle(SimpleResource):
    """Ref returns the address for the signals."""

    TYPE = "AWS::CloudFormation::WaitConditionHandle"

    @property
    def physical_resource_id(self):
        return f"{Server.url()}/emu-api/signal/{self.name}"

    def put(self):
        SIGNALS[self.name] = []


class WaitCondition(SimpleResource):
    """Waits until all signals have arrived; fails if one is a failure or the time-out is over."""

    TYPE = "AWS::CloudFormation::WaitCondition"

    def put(self):
        handle = self.properties["Handle"].rsplit("/", 1)[-1]
        self.signals = SIGNALS.setdefault(handle, [])
        self.wanted = int(self.properties.get("Count", 1))
        if not SETTINGS["machines"]:
            # Without machines nothing would signal.
            self.signals += [
                {"Status": "SUCCESS", "UniqueId": f"emulated-{n}", "Data": "emulated"}
                for n in range(self.wanted)
            ]
        timeout = float(self.properties.get("Timeout", 3600)) * number("time_scale")
        deadline = time.monotonic() + timeout
        while not self._is_over():
            if self.stack_id in CANCELLED:
                raise ValidationError(self.name, "Resource creation cancelled")
            if time.monotonic() > deadline:
                raise ValidationError(
                    self.name,
                    f"WaitCondition timed out. Received {len(self.data)} conditions "
                    f"when expecting {self.wanted}",
                )
            time.sleep(0.05)

    def _is_over(self):
        signals = list(self.signals)
        for signal in signals:
            if signal.get("Status") != "SUCCESS":
                raise ValidationError(
                    self.name,
                    f"WaitCondition received failed message: '{signal.get('Reason', '')}' "
                    f"for uniqueId: {signal.get('UniqueId')}",
                )
        # Signals with the same id count once.
        self.data = {s.get("UniqueId"): s.get("Data", "") for s in signals}
        return len(self.data) >= self.wanted

    def get_cfn_attribute(self, _attribute):
        """Returns the data of the signals by their ids, for the attribute Data."""
        return json.dumps(self.data)
