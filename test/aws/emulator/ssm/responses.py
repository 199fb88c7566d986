"""The actions of Run Command and of the agents, in place of moto's."""

import time

from moto.core.responses import ActionResult, EmptyResult
from moto.ssm.exceptions import SSMException
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse

from ..settings import CONTROL, number, tags_of
from . import agents, parameters
from .command import Command

SHELL_DOCUMENT = "AWS-RunShellScript"


def document_of(backend, name, version, given):
    """(content, version) of what a command runs."""
    documents = backend._documents.get(name)
    if documents is None:
        if name != SHELL_DOCUMENT:
            raise SSMException("InvalidDocument", f"Document with name {name} does not exist.")
        inputs = {
            "runCommand": given.get("commands", []),
            "timeoutSeconds": given.get("executionTimeout", ["3600"])[0],
            "workingDirectory": given.get("workingDirectory", [""])[0],
        }
        step = {"action": "aws:runShellScript", "name": "runShellScript", "inputs": inputs}
        return {"mainSteps": [step]}, "1"
    if version == "$DEFAULT":
        document = documents.get_default_version()
    elif version == "$LATEST":
        document = documents.get_latest_version()
    else:
        document = documents.find_by_version(version)
    if document is None:
        raise SSMException("InvalidDocumentVersion", f"Document {name} has no version {version}")
    content = document.content_json
    parameters.check(content.get("parameters") or {}, given, name)
    return content, document.document_version


def fits(instance, target):
    """Whether one target names an instance."""
    key, values = target["Key"], target["Values"]
    tags = tags_of(instance)
    if key == "InstanceIds":
        return instance.id in values
    if key.startswith("tag:"):
        return tags.get(key[4:]) in values
    if key == "tag-key":
        return any(value in tags for value in values)
    return False


def instances_of(backend, ids, targets):
    """The instances that a command goes to: those of all targets, or those named."""
    known = agents.registered(backend)
    if len(ids) > 50 or bool(ids) == bool(targets):
        code = "InvalidParameters" if ids and targets else "InvalidInstanceId"
        raise SSMException(code, "Give 1 to 50 InstanceIds, or Targets")
    unknown = [instance_id for instance_id in ids if instance_id not in known]
    if unknown:
        raise SSMException(
            "InvalidInstanceId",
            f"Instances [{', '.join(unknown)}] not in a valid state for account "
            f"{backend.account_id}",
        )
    if ids:
        return [known[instance_id] for instance_id in ids]
    return [i for i in known.values() if all(fits(i, target) for target in targets)]


def send_command(response):
    """SendCommand."""
    backend, request = response.ssm_backend, response._get_param
    name = request("DocumentName").split("/")[-1]
    given = request("Parameters", {})
    content, version = document_of(backend, name, request("DocumentVersion") or "$DEFAULT", given)
    instances = instances_of(backend, request("InstanceIds", []), request("Targets", []))
    command = Command(backend, request, instances, content, version)
    backend._commands.append(command)
    CONTROL["log"].append(
        {
            "commandId": command.command_id,
            "document": name,
            "version": version,
            "instances": [instance.id for instance in instances],
            "parameters": given,
            "at": command.sent,
        }
    )
    return ActionResult({"Command": command.answer()})


def find_command(backend, command_id):
    """Takes the place of moto's method."""
    for command in backend._commands:
        if command.command_id == command_id:
            return command
    raise SSMException("InvalidCommandId", "Invalid command id.")


def is_visible(command):
    """The setting lag: for a while after SendCommand no invocation is found."""
    return time.time() - command.sent >= number("lag")


def get_command_invocation(response):
    """GetCommandInvocation."""
    command = response.ssm_backend.get_command_by_id(response._get_param("CommandId"))
    instance_id = response._get_param("InstanceId")
    for invocation in command.invocations:
        if invocation.instance.id == instance_id and is_visible(command):
            return ActionResult(invocation.answer())
    raise SSMException(
        "InvocationDoesNotExist",
        "The command ID and managed node ID you specified did not match any invocations.",
    )


def commands_asked_for(response):
    """All commands, or the one that the request names."""
    command_id = response._get_param("CommandId")
    backend = response.ssm_backend
    return [backend.get_command_by_id(command_id)] if command_id else list(backend._commands)


def list_commands(response):
    """ListCommands."""
    instance_id = response._get_param("InstanceId")
    found = [
        command.answer()
        for command in commands_asked_for(response)
        if not instance_id or instance_id in [i.instance.id for i in command.invocations]
    ]
    return ActionResult({"Commands": found})


def list_command_invocations(response):
    """ListCommandInvocations."""
    instance_id = response._get_param("InstanceId")
    with_details = bool(response._get_param("Details"))
    found = [
        invocation.listed(with_details)
        for command in commands_asked_for(response)
        if is_visible(command)
        for invocation in command.invocations
        if instance_id in (None, invocation.instance.id)
    ]
    return ActionResult({"CommandInvocations": found})


def cancel_command(response):
    """CancelCommand."""
    command = response.ssm_backend.get_command_by_id(response._get_param("CommandId"))
    command.cancel(response._get_param("InstanceIds", []))
    return EmptyResult()


def describe_instance_information(response):
    """DescribeInstanceInformation, with the filters by instance id and by tag."""
    filters = [
        (f["Key"], f["Values"])
        for f in [
            *response._get_param("Filters", []),
            *[
                {"Key": f["key"], "Values": f["valueSet"]}
                for f in response._get_param("InstanceInformationFilterList", [])
            ],
        ]
    ]
    listed = [
        agents.information(instance)
        for instance in agents.registered(response.ssm_backend).values()
        if all(fits(instance, {"Key": key, "Values": values}) for key, values in filters)
    ]
    return ActionResult({"InstanceInformationList": listed})


ACTIONS = (
    send_command,
    get_command_invocation,
    list_commands,
    list_command_invocations,
    cancel_command,
    describe_instance_information,
)


def install():
    """Takes the place of moto's methods."""
    SimpleSystemManagerBackend.get_command_by_id = find_command
    for action in ACTIONS:
        setattr(SimpleSystemManagerResponse, action.__name__, action)
