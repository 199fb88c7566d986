"""Exports and imports, by which stacks share values."""

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError


def imported_names(node, resource_map, found):
    """Adds the names of the exports that a template imports to `found`."""
    if isinstance(node, list):
        for value in node:
            imported_names(value, resource_map, found)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key == "Fn::ImportValue":
                found.add(parsing.clean_json(value, resource_map))
            else:
                imported_names(value, resource_map, found)
    return found


def importers(backend, name, exporter):
    """Returns the names of the stacks that import an export."""
    return sorted(
        stack.name
        for stack in backend.stacks.values()
        if stack is not exporter
        and name in imported_names(stack.template_dict, stack.resource_map, set())
    )


def refuse_if_in_use(backend, stack, names, prefix=""):
    """Raises CloudFormation's error if another stack imports one of the exports."""
    for name in names:
        users = importers(backend, name, stack)
        if users:
            raise ValidationError(
                stack.name,
                f"{prefix}annot delete export {name} as it is in use by {', '.join(users)}.",
            )


def publish(backend, stack):
    """Updates the exports of a stack after an operation."""
    # moto computes values lazily, and would later create deleted resources again.
    list(stack.output_map.values())
    current = {export.name: export for export in stack.exports}
    for name, export in list(backend.exports.items()):
        if export.exporting_stack_id == stack.stack_id and name not in current:
            del backend.exports[name]
    backend.exports.update(current)
