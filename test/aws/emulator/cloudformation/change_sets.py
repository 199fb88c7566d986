"""Change sets by name and stack: the CLI uses one name for all stacks, moto looks at it alone."""

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import EmptyResult


class ChangeSetNotFound(ValidationError):
    """The code that the CLI waits for."""

    def __init__(self, name):
        super().__init__(name, f"ChangeSet [{name}] does not exist")
        self.code = "ChangeSetNotFound"


def by_name_and_stack(action):
    """Wraps moto's method so that it sees the id of the one change set that is meant."""
    method = getattr(CloudFormationResponse, action)

    def call(response):
        name, stack = response._get_param("ChangeSetName"), response._get_param("StackName")
        found = [
            change_set
            for change_set in response.cloudformation_backend.change_sets.values()
            if name in (change_set.change_set_name, change_set.change_set_id)
            and stack in (None, change_set.stack_name, change_set.stack_id)
        ]
        if not found:
            if action == "delete_change_set":
                return EmptyResult()
            raise ChangeSetNotFound(name)
        original = response._get_param

        def get_param(key, *args, **kwargs):
            if key == "ChangeSetName":
                return found[-1].change_set_id
            return original(key, *args, **kwargs)

        response._get_param = get_param
        return method(response)

    setattr(CloudFormationResponse, action, call)


def install():
    """Wraps the three actions that name a change set."""
    for action in ("describe_change_set", "delete_change_set", "execute_change_set"):
        by_name_and_stack(action)
    # Without a difference real CloudFormation makes a FAILED change set instead of refusing.
    CloudFormationResponse._validate_different_update = lambda *_: None
