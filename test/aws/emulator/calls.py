"""Finds out which service and action a request is for."""

import io
import re
from urllib.parse import parse_qs

SCOPE = re.compile(r"[^/]+/\d+/[^/]*/([^/]+)/aws4_request")
OPERATION = re.compile(r"^/service/[^/]+/operation/(\w+)$")
FORM = "application/x-www-form-urlencoded"

S3_OBJECT = {
    "PUT": "PutObject",
    "GET": "GetObject",
    "HEAD": "HeadObject",
    "DELETE": "DeleteObject",
    "POST": "CreateMultipartUpload",
}
S3_BUCKET = {
    "PUT": "CreateBucket",
    "GET": "ListObjectsV2",
    "HEAD": "HeadBucket",
    "DELETE": "DeleteBucket",
    "POST": "DeleteObjects",
}


def service_of(environ):
    """Returns the service in the scope of the request's signature."""
    credential = environ.get("HTTP_AUTHORIZATION", "")
    if "Credential=" in credential:
        credential = credential.split("Credential=")[1]
    else:
        query = parse_qs(environ.get("QUERY_STRING", ""))
        credential = query.get("X-Amz-Credential", [""])[0]
    match = SCOPE.match(credential)
    return match.group(1) if match else ""


def s3_key(environ):
    """Returns the key of a path-style S3 request; empty if it is for a bucket."""
    return environ["PATH_INFO"].lstrip("/").partition("/")[2]


def s3_action(environ):
    """Returns the name of an S3 call, ignoring subresources."""
    if environ["PATH_INFO"] == "/":
        return "ListBuckets"
    names = S3_OBJECT if s3_key(environ) else S3_BUCKET
    return names.get(environ["REQUEST_METHOD"], environ["REQUEST_METHOD"])


def form_action(environ):
    """Returns the action of a query-protocol call. Leaves the body readable."""
    if not environ.get("CONTENT_TYPE", "").startswith(FORM):
        return ""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return parse_qs(body.decode(errors="replace")).get("Action", [""])[0]


def call_of(environ):
    """Returns (service, action), such as ("ssm", "SendCommand") or ("s3", "PutObject")."""
    service = service_of(environ)
    if service == "s3":
        return service, s3_action(environ)
    target = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    operation = OPERATION.match(environ["PATH_INFO"])
    if target or operation:
        return service, target or operation.group(1)
    return service, form_action(environ) or environ["REQUEST_METHOD"]
