"""Creates, updates and deletes the resources of a stack, in dependency order and with events."""

import re

from moto.cloudformation import parsing

from ..reason import reason_of
from .deleters import delete_resource
from .events import resource_event, stack_of
from .ordering import creation_order
from .waiting import Waiting, later

GONE = re.compile(r"not found|does not exist|NoSuch", re.IGNORECASE)


def create(resource_map, template):
    """Creates all resources of a new stack, up to the first failure."""
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
    """Deletes all resources in reverse order. Each failure is an event, and the first one is raised."""
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


def use(resource_map, template, parameters):
    """Sets the template and parameters of a stack."""
    resource_map._template = template
    resource_map._resource_json_map = template["Resources"]
    resource_map.input_parameters = parameters
    resource_map.resolved_parameters = {}
    resource_map.load_mapping()
    resource_map.load_parameters()
    resource_map.load_conditions()


def update(resource_map, template, parameters):
    """Adds and changes resources. Other differences of the template are errors."""
    old, new = resource_map._resource_json_map, template["Resources"]
    removed = sorted(old.keys() - new.keys())
    if removed:
        raise ValueError(f"The emulator cannot remove resources: {', '.join(removed)}")
    use(resource_map, template, parameters or resource_map.input_parameters)
    waiting = Waiting(resource_map, new)
    try:
        for logical_id in later(creation_order(new), new):
            if logical_id not in old:
                waiting.create(logical_id)
            elif new[logical_id] != old[logical_id]:
                change(resource_map, logical_id)
        waiting.finish()
    finally:
        waiting.end()


def change(resource_map, logical_id):
    """Changes one resource."""
    source, stack = resource_map._resource_json_map[logical_id], stack_of(resource_map)
    kind, current = source["Type"], resource_map._parsed_resources.get(logical_id)
    resource_event(stack, logical_id, kind, "UPDATE_IN_PROGRESS")
    resource_class = parsing.resource_class_from_type(kind)
    if resource_class is not None:
        if hasattr(resource_class.update_from_cloudformation_json, "__isabstractmethod__"):
            reason = f"The emulator does not change the type {kind}"
            resource_event(stack, logical_id, kind, "UPDATE_FAILED", reason)
            raise ValueError(reason)
        updated = parsing.parse_and_update_resource(
            logical_id,
            source,
            resource_map,
            account_id=resource_map._account_id,
            region_name=resource_map._region_name,
        )
        resource_map._parsed_resources[logical_id] = updated if updated is not None else current
    resource_event(stack, logical_id, kind, "UPDATE_COMPLETE")


def install():
    """Replaces moto's methods."""
    parsing.ResourceMap.create = create
    parsing.ResourceMap.delete = delete
