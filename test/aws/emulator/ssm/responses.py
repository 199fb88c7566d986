"""The API actions of Run Command and of the agents, which replace moto's."""

import time

from moto.core.responses import ActionResult, EmptyResult
from moto.ssm.exceptions import SSMException
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

from ..settings import CONTROL, number
from . import agents, parameters
from .command import Command


def document_of(backend, name, given):
    """Returns (content, version) of a document, after checking the parameters."""
    documents = backend._documents.get(name)
    if documents is None:
        raise SSMException("InvalidDocument", f"Document with name {name} does not exist.")
    document = documents.get_default_version()
    content = document.content_json
    parameters.check(content.get("parameters") or {}, given, name)
    return content, document.document_version


def instance_of(backend, instance_id):
    """Returns the instance of a command."""
    instance = agents.registered(backend).get(instance_id)
    if instance is None:
        raise SSMException(
            "InvalidInstanceId",
            f"Instances [{instance_id}] not in a valid state for account {backend.account_id}",
        )
    return instance


def send_command(response):
    """SendCommand."""
    backend, request = response.ssm_backend, response._get_param
    name = request("DocumentName").split("/")[-1]
    given = request("Parameters", {})
    content, version = document_of(backend, name, given)
    (instance_id,) = request("InstanceIds")
    command = Command(backend, request, instance_of(backend, instance_id), content, version)
    backend._commands.append(command)
    CONTROL["log"].append(
        {
            "document": name,
            "instances": [instance_id],
            "parameters": given,
        }
    )
    return ActionResult({"Command": command.answer()})


def find_command(backend, command_id):
    """Replaces moto's method."""
    for command in backend._commands:
        if command.command_id == command_id:
            return command
    raise SSMException("InvalidCommandId", "Invalid command id.")


def is_visible(command):
    """Tells whether an invocation can be found yet, see the setting lag."""
    return time.time() - command.sent >= number("lag")


def get_command_invocation(response):
    """GetCommandInvocation."""
    command = response.ssm_backend.get_command_by_id(response._get_param("CommandId"))
    if is_visible(command):
        return ActionResult(command.invocation.answer())
    raise SSMException(
        "InvocationDoesNotExist",
        "The command ID and managed node ID you specified did not match any invocations.",
    )


def cancel_command(response):
    """CancelCommand."""
    command = response.ssm_backend.get_command_by_id(response._get_param("CommandId"))
    command.invocation.cancelled.set()
    return EmptyResult()


def describe_instance_information(response):
    """DescribeInstanceInformation with a filter for instances."""
    (wanted,) = response._get_param("Filters", [])
    if not wanted.get("Values"):
        raise SSMException("ValidationException", "Member must have length greater than or equal to 1")
    known = agents.registered(response.ssm_backend)
    listed = [agents.information(known[i]) for i in wanted["Values"] if i in known]
    return ActionResult({"InstanceInformationList": listed})


ACTIONS = (
    send_command,
    get_command_invocation,
    cancel_command,
    describe_instance_information,
)


def install():
    """Replaces moto's methods."""
    SimpleSystemManagerBackend.get_command_by_id = find_command
    for action in ACTIONS:
        setattr(SimpleSystemManagerResponse, action.__name__, action)
