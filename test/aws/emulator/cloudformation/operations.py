"""Creates, updates and deletes stacks as CloudFormation does, with rollback."""

import threading

from moto.cloudformation import models, parsing

from ..reason import reason_of
from .events import effective_parameters, stack_event
from .exports import publish, refuse_if_in_use
from .resource_map import update


# Seconds for which an API call waits for its operation.
WAIT_S = 20


class Operation:
    """The execution of a change set."""

    def __init__(self, backend, stack, change_set):
        self.backend, self.stack = backend, stack
        self.kind = change_set.change_set_type
        self.template, self.parameters = change_set.template, change_set.parameters
        self.tags = change_set.tags
        self.finished = lambda: setattr(change_set, "execution_status", "EXECUTE_COMPLETE")

    def start(self):
        """Runs the operation in a thread, and waits for it for at most WAIT_S seconds."""
        self.stack.status = f"{self.kind}_IN_PROGRESS"
        stack_event(self.stack, self.stack.status, "User Initiated")
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        thread.join(WAIT_S)

    def _run(self):
        reason, status = None, f"{self.kind}_COMPLETE"
        try:
            if self.kind == "CREATE":
                self._create()
            else:
                self._update()
        except Exception as error:
            reason = reason_of(error)
            status = self._roll_back(reason)
        stack_event(self.stack, status, None if status.endswith("ROLLBACK_COMPLETE") else reason)
        self.finished()
        # The status comes last, since clients that poll it expect everything else to be done.
        self.stack.status = status

    def _create(self):
        stack = self.stack
        stack.template, stack.parameters = self.template, self.parameters
        stack.tags = self.tags or {}
        stack._parse_template()
        stack.cross_stack_resources = self.backend.exports
        stack.resource_map = stack._create_resource_map()
        stack.resource_map.create(stack.template_dict)
        self._publish()

    def _update(self):
        stack = self.stack
        stack.tags = self.tags or stack.tags
        template = stack.parse_template(self.template)
        removed = {e.name for e in stack.exports} - self._export_names(template)
        refuse_if_in_use(self.backend, stack, sorted(removed), "C")
        update(stack.resource_map, template, self.parameters)
        stack.template, stack.parameters = self.template, self.parameters
        stack._parse_template()
        self._publish()

    def _export_names(self, template):
        outputs = template.get("Outputs", {}).values()
        names = [output["Export"]["Name"] for output in outputs if "Export" in output]
        return {parsing.clean_json(name, self.stack.resource_map) for name in names}

    def _publish(self):
        self.stack.description = self.stack.template_dict.get("Description")
        self.stack.output_map = self.stack._create_output_map()
        publish(self.backend, self.stack)

    def _roll_back(self, reason):
        if self.kind == "CREATE":
            stack_event(self.stack, "ROLLBACK_IN_PROGRESS", reason)
            self.stack.status = "ROLLBACK_IN_PROGRESS"
            try:
                self.stack.resource_map.delete()
            except Exception:
                return "ROLLBACK_FAILED"
            return "ROLLBACK_COMPLETE"
        return "UPDATE_ROLLBACK_FAILED"


def execute_change_set(backend, change_set_name, stack_name=None):
    """Creates or updates a stack, for `cdk deploy`."""
    change_set = backend.describe_change_set(change_set_name)
    Operation(backend, backend.stacks[change_set.stack_id], change_set).start()


def delete_stack(backend, name_or_stack_id):
    """Deletes a stack, in a thread like the other operations."""
    stack = next(
        (s for s in backend.stacks.values() if name_or_stack_id in (s.name, s.stack_id)), None
    )
    if stack is None:
        return
    # moto would keep the change sets, and the next stack of that name would wait for one forever.
    for key in [k for k, c in backend.change_sets.items() if c.stack_id == stack.stack_id]:
        del backend.change_sets[key]
    stack.status = "DELETE_IN_PROGRESS"
    stack_event(stack, "DELETE_IN_PROGRESS", "User Initiated")

    def work():
        try:
            names = [export.name for export in stack.exports]
            refuse_if_in_use(backend, stack, names, "Delete canceled. C")
            stack.resource_map.delete()
        except Exception as error:
            stack_event(stack, "DELETE_FAILED", reason_of(error))
            stack.status = "DELETE_FAILED"
            return
        for name in names:
            backend.exports.pop(name, None)
        stack.output_map = parsing.OutputMap(stack.resource_map, {}, stack.stack_id)
        stack_event(stack, "DELETE_COMPLETE")
        stack.status = "DELETE_COMPLETE"
        backend.deleted_stacks[stack.stack_id] = backend.stacks.pop(stack.stack_id)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(WAIT_S)


def current_resources(stack):
    """Returns the existing resources; moto's list would create again those that a rollback removed."""
    existing = stack.resource_map._parsed_resources
    names = stack.resource_map.resources
    return [existing[name] for name in names if existing.get(name) is not None]


def install():
    """Replaces moto's methods."""
    backend, stack = models.CloudFormationBackend, models.Stack
    backend.execute_change_set, backend.delete_stack = execute_change_set, delete_stack
    stack.has_parameters = lambda self, other: (
        effective_parameters(self.template_dict, self.parameters)
        == effective_parameters(self.template_dict, other)
    )
    # UsePreviousValue expects the name of an SSM parameter, not its value.
    stack.stack_parameters = property(
        lambda self: effective_parameters(self.template_dict, self.parameters)
    )
    stack.stack_resources = property(current_resources)
