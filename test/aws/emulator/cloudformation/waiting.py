"""Wait conditions of one operation, which wait beside each other as on AWS.

Everything else is created one after the other, and before the conditions where it does not need
them, so that all machines boot at once.
"""

import threading

from .ordering import references
from .wait_conditions import CANCELLED, WaitCondition


def needs(resources):
    """Logical id → ids of the wait conditions that it needs, through others too."""
    direct = {
        name: references(source, resources.keys(), set()) for name, source in resources.items()
    }
    found = {}

    def visit(name):
        if name not in found:
            found[name] = set()
            for other in direct[name] - {name}:
                if resources[other]["Type"] == WaitCondition.TYPE:
                    found[name].add(other)
                found[name] |= visit(other)
        return found[name]

    for name in resources:
        visit(name)
    return found


def later(order, resources):
    """The order with conditions, and what needs them, moved to the end."""
    needed = needs(resources)

    def waits(name):
        return bool(needed[name]) or resources[name]["Type"] == WaitCondition.TYPE

    return sorted(order, key=waits)


class Waiting:
    """Creates the resources of an operation, the conditions in threads."""

    def __init__(self, resource_map, resources):
        self.map, self.resources = resource_map, resources
        self.needed = needs(resources)
        self.threads, self.errors = {}, []

    def create(self, logical_id):
        """Creates a resource after what it waits for; a condition only starts to wait."""
        self._join(self.needed[logical_id])
        if self.resources[logical_id]["Type"] != WaitCondition.TYPE:
            self.map[logical_id]
            return
        thread = threading.Thread(target=self._wait, args=(logical_id,), daemon=True)
        self.threads[logical_id] = thread
        thread.start()

    def _wait(self, logical_id):
        try:
            self.map[logical_id]
        except Exception as error:
            self.errors.append(error)
            # The others end as "Resource creation cancelled".
            CANCELLED.add(self.map.stack_id)

    def _join(self, logical_ids):
        for logical_id in logical_ids & self.threads.keys():
            self.threads[logical_id].join()
        if self.errors:
            raise self.errors[0]

    def finish(self):
        """Waits for all conditions. Raises the first failure."""
        try:
            self._join(set(self.threads))
        finally:
            self.end()

    def end(self):
        """After a failure elsewhere: no condition goes on waiting."""
        CANCELLED.add(self.map.stack_id)
        for thread in self.threads.values():
            thread.join()
        CANCELLED.discard(self.map.stack_id)
