"""Refuses requests as the settings say: throttled, denied, with expired credentials, failing uploads."""

import json
import re

from .calls import s3_key
from .settings import CONTROL, SETTINGS, take, use_up

# Status and error code by service; "" stands for all JSON services.
THROTTLED = {
    "ec2": (503, "RequestLimitExceeded"),
    "s3": (503, "SlowDown"),
    "cloudformation": (400, "Throttling"),
    "sts": (400, "Throttling"),
    "iam": (400, "Throttling"),
    "": (400, "ThrottlingException"),
}
DENIED = {
    "ec2": (403, "UnauthorizedOperation"),
    "s3": (403, "AccessDenied"),
    "cloudformation": (403, "AccessDenied"),
    "sts": (403, "AccessDenied"),
    "iam": (403, "AccessDenied"),
    "": (400, "AccessDeniedException"),
}
EXPIRED = {
    "ec2": (400, "RequestExpired"),
    "s3": (400, "ExpiredToken"),
    "cloudformation": (403, "ExpiredToken"),
    "sts": (403, "ExpiredToken"),
    "iam": (403, "ExpiredToken"),
    "": (400, "ExpiredTokenException"),
}
USER = "arn:aws:sts::123456789012:assumed-role/emulated"


def error_body(service, code, message):
    """Returns an error in the protocol of a service, as (content type, body)."""
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    if service == "s3":
        return "text/xml", error
    if service == "ec2":
        return "text/xml", f"<Response><Errors>{error}</Errors></Response>"
    if service in ("cloudformation", "sts", "iam"):
        return "text/xml", f"<ErrorResponse>{error}</ErrorResponse>"
    return "application/x-amz-json-1.1", json.dumps({"__type": code, "message": message})


def answer(service, status, code, message, start_response):
    """Sends an error."""
    mime, text = error_body(service, code, message)
    body = text.encode()
    headers = [
        ("Content-Type", mime),
        ("Content-Length", str(len(body))),
        ("x-amzn-ErrorType", code),
    ]
    start_response(f"{status} Refused", headers)
    return [body]


def failing_upload(environ, action):
    """Returns the rule of /emu-api/s3fail that matches a request; None if there is none."""
    for rule in list(CONTROL["s3fail"]):
        if rule.get("action", "PutObject") == action and re.search(rule["key"], s3_key(environ)):
            use_up(CONTROL["s3fail"], rule)
            return rule
    return None


def refusal(environ, service, action, start_response):
    """Sends the error that the settings demand; returns None if the request may pass."""

    def matches(entry):
        return entry in (f"{service}:{action}", f"{service}:*")

    if service == "s3":
        rule = failing_upload(environ, action)
        if rule:
            status = int(rule.get("status", 503))
            code = rule.get("code", {403: "AccessDenied", 500: "InternalError"}.get(status))
            return answer(
                service, status, code or "SlowDown", "Refused by the emulator", start_response
            )
    if take("throttle", matches):
        status, code = THROTTLED.get(service, THROTTLED[""])
        return answer(service, status, code, "Rate exceeded", start_response)
    if take("expired", matches):
        status, code = EXPIRED.get(service, EXPIRED[""])
        message = "The security token included in the request is expired"
        return answer(service, status, code, message, start_response)
    if take("deny", matches):
        status, code = DENIED.get(service, DENIED[""])
        message = f"User: {USER} is not authorized to perform: {service}:{action}"
        if SETTINGS["denied_by"]:
            message += f" with an explicit deny in a {SETTINGS['denied_by']}"
        return answer(service, status, code, message, start_response)
    return None
