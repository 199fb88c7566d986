"""Checksums of uploads: verified as S3 does, and kept for HeadObject and GetObject.

moto believes what a client says, and forgets a checksum that came without the algorithm's name.
"""

import re

from moto.s3.exceptions import S3ClientError
from moto.s3.responses import S3Response
from moto.s3.utils import compute_checksum

HEADER = re.compile(r"^x-amz-checksum-(sha256|sha1|crc32)$")
TRAILER = re.compile(rb"x-amz-checksum-(sha256|sha1|crc32):([A-Za-z0-9+/=]+)")

put_with_moto = S3Response.put_object


class BadDigest(S3ClientError):
    """S3's answer to a body that is not what its checksum says."""

    def __init__(self, algorithm):
        super().__init__(
            "BadDigest",
            f"The {algorithm} you specified did not match the calculated checksum.",
        )


def claimed(response):
    """(algorithm, base64 value) that the client sent, in a header or a trailer."""
    for name, value in response.headers.items():
        match = HEADER.match(name.lower())
        if match:
            return match.group(1).upper(), value
    if response.headers.get("x-amz-trailer"):
        match = TRAILER.search(response.raw_body[-200:])
        if match:
            return match.group(1).decode().upper(), match.group(2).decode()
    return None, None


def put_object(response):
    """PutObject."""
    algorithm, value = claimed(response)
    if algorithm:
        body = response.body or b""
        body = body.encode() if isinstance(body, str) else body
        if compute_checksum(body, algorithm).decode() != value:
            raise BadDigest(algorithm)
    result = put_with_moto(response)
    if algorithm:
        stored = response.backend.get_object(response.bucket_name, response.parse_key_name())
        stored.checksum_algorithm, stored.checksum_value = algorithm, value
        result[1][f"x-amz-checksum-{algorithm.lower()}"] = value
    return result


def install():
    """Takes the place of moto's method."""
    S3Response.put_object = put_object
