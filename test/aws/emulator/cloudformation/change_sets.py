"""Change sets are found by name and stack: the CDK uses the same name for all stacks, and moto ignores the stack."""

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import EmptyResult


class ChangeSetNotFound(ValidationError):
    """The error that the CDK expects."""

    def __init__(self, name):
        super().__init__(name, f"ChangeSet [{name}] does not exist")
        self.code = "ChangeSetNotFound"


def by_name_and_stack(action):
    """Wraps moto's method so that it gets the id of the right change set."""
    method = getattr(CloudFormationResponse, action)

    def call(response):
        name, stack = response._get_param("ChangeSetName"), response._get_param("StackName")
        matching = [
            change_set
            for change_set in response.cloudformation_backend.change_sets.values()
            if name in (change_set.change_set_name, change_set.change_set_id)
            and stack in (None, change_set.stack_name, change_set.stack_id)
        ]
        if not matching:
            if action == "delete_change_set":
                return EmptyResult()
            raise ChangeSetNotFound(name)
        original = response._get_param

        def get_param(key, *args, **kwargs):
            if key == "ChangeSetName":
                return matching[-1].change_set_id
            return original(key, *args, **kwargs)

        response._get_param = get_param
        return method(response)

    setattr(CloudFormationResponse, action, call)


def install():
    """Wraps the actions that name a change set."""
    for action in ("describe_change_set", "delete_change_set", "execute_change_set"):
        by_name_and_stack(action)
    # If nothing differs, CloudFormation creates a FAILED change set instead of refusing the call.
    CloudFormationResponse._validate_different_update = lambda *_: None
