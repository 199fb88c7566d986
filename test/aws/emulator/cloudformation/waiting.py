"""The wait conditions of an operation, which wait in parallel as on AWS.

Other resources are created one by one, before the conditions unless they depend on them, so that all
machines boot at the same time.
"""

import threading

from .ordering import references
from .wait_conditions import CANCELLED, WaitCondition


def needs(resources):
    """Returns the wait conditions that each resource depends on, also indirectly."""
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
    """Moves conditions, and resources that depend on them, to the end."""
    needed = needs(resources)

    def waits(name):
        return bool(needed[name]) or resources[name]["Type"] == WaitCondition.TYPE

    return sorted(order, key=waits)


class Waiting:
    """Creates the resources of an operation, with its conditions in threads."""

    def __init__(self, resource_map, resources):
        self.map, self.resources = resource_map, resources
        self.needed = needs(resources)
        self.threads, self.errors = {}, []

    def create(self, logical_id):
        """Creates a resource once the conditions that it depends on are met. Only starts a condition."""
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
            # The other conditions fail with "Resource creation cancelled".
            CANCELLED.add(self.map.stack_id)

    def _join(self, logical_ids):
        for logical_id in logical_ids & self.threads.keys():
            self.threads[logical_id].join()
        if self.errors:
            raise self.errors[0]

    def finish(self):
        """Waits for all conditions, and raises the first failure."""
        try:
            self._join(set(self.threads))
        finally:
            self.end()

    def end(self):
        """Stops all conditions that still wait."""
        CANCELLED.add(self.map.stack_id)
        for thread in self.threads.values():
            thread.join()
        CANCELLED.discard(self.map.stack_id)
