"""Stack events, from which `cdk deploy` reports failures."""

from moto.cloudformation import models


def resource_event(stack, logical_id, kind, status, reason=None, physical_id=""):
    """Adds an event of a resource to its stack."""
    stack.events.append(
        models.Event(
            stack.stack_id, stack.name, logical_id, physical_id or "", kind, status, reason, None
        )
    )


def stack_event(stack, status, reason=None):
    """Adds an event of the stack itself."""
    resource_event(stack, stack.name, "AWS::CloudFormation::Stack", status, reason, stack.stack_id)


def stack_of(resource_map):
    """Returns the stack of a resource map."""
    backends = models.cloudformation_backends
    account = backends[resource_map._account_id]
    return account[resource_map._region_name].get_stack(resource_map.stack_id)


def effective_parameters(template, given):
    """Returns a template's parameters as text: the given values, or else the defaults."""
    declared = (template or {}).get("Parameters", {})
    defaults = {k: str(v["Default"]) for k, v in declared.items() if "Default" in v}
    return {**defaults, **{key: str(value) for key, value in (given or {}).items()}}
