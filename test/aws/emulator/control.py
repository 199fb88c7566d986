"""The control API of tests at /emu-api/…, with JSON requests and answers."""

import json
from urllib.parse import parse_qs

from . import metadata_service, settings
from .cloudformation.wait_conditions import SIGNALS
from .ec2 import boot, capacity_reservations, power
from .machines.host import Host, machines_wanted
from .machines.machine import Machines
from .ssm import agents


def machine_of(values):
    """Returns the machine that a request names."""
    machine = Machines.of(values.get("instance"))
    if machine is None:
        raise KeyError(f"no machine has the instance id {values.get('instance')}")
    return machine


def list_machines():
    """Describes all machines."""
    return [
        {
            "instance": instance_id,
            "address": machine.instance.private_ip,
            "state": machine.instance.state,
            "running": machine.running,
            "online": agents.is_online(machine.instance),
            "pid": machine.first_process(),
        }
        for instance_id, machine in list(Machines.by_id.items())
    ]


def answer(method, what, query, body):
    """Handles a control call and returns its answer."""
    if what == "settings":
        if method == "POST":
            settings.change(body)
            if machines_wanted():
                Host.current.prepare_machines()
        return settings.SETTINGS
    if what == "boot":
        return boot.records()
    if what == "reservations":
        return list(capacity_reservations.RESERVED.values())
    if what == "machines":
        return list_machines()
    if what == "file":
        return machine_of(query).read(query["path"])
    if what == "run":
        return machine_of(body).run(body["command"], body.get("timeout", 30))
    if what == "kill":
        power.cut(body["instance"])
        return {}
    if what == "revive":
        machine_of(body).boot()
        return {}
    rules = settings.CONTROL[what]
    if method == "POST":
        with settings.LOCK:
            if isinstance(body, list):
                rules[:] = body
            else:
                rules.append(body)
    return rules


def signal(handle, body):
    """Handles a PUT to a wait condition's handle."""
    SIGNALS[handle].append(json.loads(body))


def respond(environ):
    """Handles a request and returns (status, content type, body)."""
    method = environ["REQUEST_METHOD"]
    raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    what, *rest = environ["PATH_INFO"].removeprefix("/emu-api/").split("/")
    if what == "imds":
        # /emu-api/imds/INSTANCE/latest/PATH
        path = "/".join(rest[2:])
        status, text = metadata_service.respond(method, rest[0], path, environ)
        return status, "text/plain", text.encode()
    try:
        if what == "signal":
            signal(rest[0], raw)
            return "200 OK", "text/plain", b""
        query = {k: v[0] for k, v in parse_qs(environ.get("QUERY_STRING", "")).items()}
        value = answer(method, what, query, json.loads(raw or b"null"))
    except Exception as error:
        text = json.dumps({"error": f"{type(error).__name__}: {error}"})
        return "400 Bad Request", "application/json", text.encode()
    return "200 OK", "application/json", json.dumps(value).encode()


def application(environ, start_response):
    """The WSGI application of the control API."""
    status, mime, body = respond(environ)
    headers = [("Content-Type", mime), ("Content-Length", str(len(body)))]
    start_response(status, headers)
    return [body]
