"""Replaces moto's engine and resource types."""

from moto.cloudformation import parsing
from moto.core.common_models import CloudFormationModel

from . import (
    change_sets,
    creation,
    documents,
    inert,  # noqa: F401
    instances,
    launch_templates,
    operations,
    resource_map,
    wait_conditions,  # noqa: F401
)
from .simple_resource import SimpleResource


def leaves(base):
    """Returns all subclasses that have a type."""
    for subclass in base.__subclasses__():
        if subclass.TYPE:
            yield subclass
        yield from leaves(subclass)


def resource_types():
    """Returns moto's types, with ours in place of those of the same name."""
    own = list(leaves(SimpleResource))
    replaced = {resource.TYPE for resource in own}
    theirs = CloudFormationModel.__subclasses__()
    return [model for model in theirs if model.cloudformation_type() not in replaced] + own


def install():
    """Installs everything that concerns stacks."""
    for module in (
        creation,
        resource_map,
        operations,
        change_sets,
        documents,
        instances,
        launch_templates,
    ):
        module.install()
    parsing.NULL_MODELS.clear()
    parsing.get_model_list = resource_types
    parsing.get_model_map.cache_clear()
    parsing.get_name_type_map.cache_clear()
