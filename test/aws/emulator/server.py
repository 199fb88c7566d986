"""The server, on loopback only: moto's application behind the control API and the refusals."""

import argparse
import os
import signal
import sys
import threading

from moto.cloudtrail.responses import CloudTrailResponse
from moto.iam.models import SERVICE_NAME_CONVERSION
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.serving import make_server

from . import control, quotas, refusals, settings
from .calls import call_of
from .cloudformation import engine
from .ec2 import capacity_reservations, launch, power
from .machines.host import Host, machines_wanted
from .settings import Server
from .ssm import public_parameters, responses

ADDRESS = "127.0.0.1"


class Quiet(MotoRequestHandler):
    """A request handler that does not log requests."""

    def log_request(self, code="-", size="-"):
        pass


def install():
    """Replaces the parts of moto that differ from AWS."""
    for module in (
        engine,
        launch,
        capacity_reservations,
        power,
        public_parameters,
        responses,
        quotas,
    ):
        module.install()
    # The CDK calls this after a failed deployment.
    CloudTrailResponse.lookup_events = lambda _: '{"Events": []}'
    SERVICE_NAME_CONVERSION["spot"] = "EC2Spot"


def application():
    """The WSGI application."""
    moto = DomainDispatcherApplication(create_backend_app)

    def serve(environ, start_response):
        if environ["PATH_INFO"].startswith("/emu-api/"):
            return control.application(environ, start_response)
        call = call_of(environ)
        settings.record(call)
        refused = refusals.refusal(environ, *call, start_response)
        return moto(environ, start_response) if refused is None else refused

    return serve


def end_with_input():
    """Ends the emulator when its standard input closes, as it does when the parent process ends."""

    def wait():
        while sys.stdin.buffer.read(1):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def main():
    """Parses the command line and serves until SIGTERM."""
    parser = argparse.ArgumentParser(
        prog="python -m emulator", description="AWS emulator for tests, loopback only"
    )
    parser.add_argument("--port", type=int, default=0, help="the default, 0, selects a free port")
    parser.add_argument(
        "--end-with-stdin", action="store_true", help="stop when standard input closes"
    )
    arguments = parser.parse_args()

    def stop(*_):
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    host = Host()
    try:
        if machines_wanted():
            host.prepare_machines()
        install()
        server = make_server(
            ADDRESS, arguments.port, application(), threaded=True, request_handler=Quiet
        )
        server.daemon_threads = True
        Server.port = server.port
        os.environ["MOTO_PORT"] = str(server.port)
        if arguments.end_with_stdin:
            end_with_input()
        print(f"emulator ready on http://localhost:{server.port}", flush=True)
        server.serve_forever()
    except RuntimeError as error:
        print(error, file=sys.stderr)
        raise SystemExit(1) from error
    finally:
        # A second signal must not interrupt the clean-up.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        host.clean_up()
