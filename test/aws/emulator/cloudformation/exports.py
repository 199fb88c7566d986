"""Values that stacks hand to each other: exports and imports."""

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import ValidationError


def imported_names(node, resource_map, found):
    """Names of the exports that a template imports."""
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
    """Names of the stacks that import an export."""
    return sorted(
        stack.name
        for stack in backend.stacks.values()
        if stack is not exporter
        and name in imported_names(stack.template_dict, stack.resource_map, set())
    )


def refuse_if_in_use(backend, stack, names, prefix=""):
    """Raises CloudFormation's sentence for the first of the exports that another stack imports."""
    for name in names:
        users = importers(backend, name, stack)
        if users:
            raise ValidationError(
                stack.name,
                f"{prefix}annot delete export {name} as it is in use by {', '.join(users)}.",
            )


def publish(backend, stack):
    """Exports of a stack after an operation; those that it no longer has are taken back."""
    # moto works values out when they are asked for, and would make deleted resources again.
    list(stack.output_map.values())
    current = {export.name: export for export in stack.exports}
    for name, export in list(backend.exports.items()):
        if export.exporting_stack_id == stack.stack_id and name not in current:
            del backend.exports[name]
    backend.exports.update(current)
