"""Creation, update and deletion of a stack's resources, in dependency order and with events."""

import re

from moto.cloudformation import parsing

from ..reason import reason_of
from .creation import handler_message
from .deleters import delete_resource
from .events import effective_parameters, resource_event, stack_of
from .ordering import creation_order
from .waiting import Waiting, later

GONE = re.compile(r"not found|does not exist|NoSuch", re.IGNORECASE)

# moto has an update for some of these, but CloudFormation replaces them.
REPLACED = {"AWS::EC2::Instance"}


def set_retention(log_group, properties):
    """The only property of a log group that changes in place."""
    log_group.set_retention_policy(properties.get("RetentionInDays"))


IN_PLACE = {"AWS::Logs::LogGroup": set_retention}


def create(resource_map, template):
    """All resources of a new stack; the first failure ends it."""
    resource_map._template = template
    resource_map._resource_json_map = template["Resources"]
    resources = resource_map._resource_json_map
    waiting = Waiting(resource_map, resources)
    try:
        for logical_id in later(creation_order(resources), resources):
            waiting.create(logical_id)
        waiting.finish()
    finally:
        waiting.end()
    return True


def delete(resource_map):
    """All resources in reverse order. Each failure is an event, and the first one is raised."""
    resources, stack, errors = resource_map._resource_json_map, stack_of(resource_map), []
    for logical_id in reversed(creation_order(resources)):
        source, resource = resources[logical_id], resource_map._parsed_resources.get(logical_id)
        if resource is None or isinstance(resource, str):
            continue
        if source.get("DeletionPolicy") == "Retain":
            resource_event(stack, logical_id, source["Type"], "DELETE_SKIPPED")
            continue
        physical_id = getattr(resource, "physical_resource_id", "")
        try:
            delete_resource(resource_map, resource, source)
        except Exception as error:
            if not GONE.search(str(error)):
                errors.append(error)
                resource_event(
                    stack,
                    logical_id,
                    source["Type"],
                    "DELETE_FAILED",
                    reason_of(error),
                    physical_id,
                )
                continue
        resource_map._parsed_resources.pop(logical_id, None)
        resource_event(stack, logical_id, source["Type"], "DELETE_COMPLETE", None, physical_id)
    if errors:
        raise errors[0]


class Update:
    """One update of a stack. What it did is kept, so that `undo` can take it back."""

    def __init__(self, resource_map, template, parameters):
        self.map = resource_map
        self.stack = stack_of(resource_map)
        self.old = resource_map._resource_json_map
        self.new = template["Resources"]
        self.before = (resource_map._template, resource_map.input_parameters)
        self.after = (template, parameters or resource_map.input_parameters)
        self.added, self.changed, self.replaced = [], [], []

    def _use(self, template, parameters):
        self.map._template = template
        self.map._resource_json_map = template["Resources"]
        self.map.input_parameters = parameters
        self.map.resolved_parameters = {}
        self.map.load_mapping()
        self.map.load_parameters()
        self.map.load_conditions()

    def _modified(self):
        was, now = (effective_parameters(*side) for side in (self.before, self.after))
        changed = {key for key in now if was.get(key) != now[key]}
        return {
            name
            for name, source in self.new.items()
            if name in self.old
            and (
                source != self.old[name]
                or changed & set(parsing.get_references_from_template(source))
            )
        }

    def run(self):
        """Adds, changes, replaces; then deletes what is no longer in the template."""
        modified = self._modified()
        self._use(*self.after)
        waiting = Waiting(self.map, self.new)
        try:
            for logical_id in later(creation_order(self.new), self.new):
                if logical_id not in self.old or logical_id not in self.map._parsed_resources:
                    self.added.append(logical_id)
                    waiting.create(logical_id)
                # What refers to a replaced resource has a new value and so changes as well.
                elif logical_id in modified or self._refers_to_replaced(logical_id):
                    self._modify(logical_id)
            waiting.finish()
        finally:
            waiting.end()
        self._delete_removed()

    def _refers_to_replaced(self, logical_id):
        replaced = {name for name, _ in self.replaced}
        return bool(replaced & set(parsing.get_references_from_template(self.new[logical_id])))

    def _modify(self, logical_id):
        source = self.new[logical_id]
        kind, current = source["Type"], self.map._parsed_resources.get(logical_id)
        resource_event(self.stack, logical_id, kind, "UPDATE_IN_PROGRESS")
        resource_class = parsing.resource_class_from_type(kind)
        try:
            if resource_class is None:
                pass
            elif kind in IN_PLACE:
                properties = parsing.clean_json(source.get("Properties", {}), self.map)
                IN_PLACE[kind](current, properties)
                self.changed.append(logical_id)
            elif kind not in REPLACED and has_update(resource_class):
                self._update_with_moto(logical_id, current)
                self.changed.append(logical_id)
            else:
                self.replaced.append((logical_id, current))
                self.map._parsed_resources.pop(logical_id, None)
                self.map[logical_id]
        except Exception as error:
            resource_event(self.stack, logical_id, kind, "UPDATE_FAILED", handler_message(error))
            raise
        resource_event(self.stack, logical_id, kind, "UPDATE_COMPLETE")

    def _update_with_moto(self, logical_id, current):
        updated = parsing.parse_and_update_resource(
            logical_id,
            self.map._resource_json_map[logical_id],
            self.map,
            account_id=self.map._account_id,
            region_name=self.map._region_name,
        )
        self.map._parsed_resources[logical_id] = updated if updated is not None else current

    def _delete_removed(self):
        removed = [
            (name, self.map._parsed_resources.pop(name, None))
            for name in reversed(creation_order(self.old))
            if name not in self.new
        ]
        for logical_id, resource in removed + self.replaced[::-1]:
            if resource is not None and not isinstance(resource, str):
                delete_resource(self.map, resource, self.old[logical_id])
                kind = self.old[logical_id]["Type"]
                resource_event(self.stack, logical_id, kind, "DELETE_COMPLETE")

    def undo(self):
        """Takes back what `run` did up to its failure: the stack is as it was."""
        for logical_id in reversed(self.added):
            resource = self.map._parsed_resources.pop(logical_id, None)
            if resource is not None:
                delete_resource(self.map, resource, self.new[logical_id])
        for logical_id, resource in reversed(self.replaced):
            newer = self.map._parsed_resources.pop(logical_id, None)
            if newer is not None:
                delete_resource(self.map, newer, self.new[logical_id])
            self.map._parsed_resources[logical_id] = resource
        self._use(*self.before)
        for logical_id in self.changed:
            source = self.old[logical_id]
            current = self.map._parsed_resources.get(logical_id)
            if source["Type"] in IN_PLACE:
                properties = parsing.clean_json(source.get("Properties", {}), self.map)
                IN_PLACE[source["Type"]](current, properties)
            else:
                self._update_with_moto(logical_id, current)
            resource_event(self.stack, logical_id, source["Type"], "UPDATE_COMPLETE")


def has_update(resource_class):
    """Whether moto can update a type in place; otherwise it would turn the resource into None."""
    return not hasattr(resource_class.update_from_cloudformation_json, "__isabstractmethod__")


def install():
    """The engine in place of moto's."""
    parsing.ResourceMap.create = create
    parsing.ResourceMap.delete = delete
