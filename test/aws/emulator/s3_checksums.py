"""Checksums of uploads, kept for GetObject: moto forgets one that came without the algorithm's name."""

import re

from moto.s3.responses import S3Response

HEADER = re.compile(r"^x-amz-checksum-(sha256|sha1|crc32)$")
TRAILER = re.compile(rb"x-amz-checksum-(sha256|sha1|crc32):([A-Za-z0-9+/=]+)")

put_with_moto = S3Response.put_object


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
    result = put_with_moto(response)
    if algorithm:
        stored = response.backend.get_object(response.bucket_name, response.parse_key_name())
        stored.checksum_algorithm, stored.checksum_value = algorithm, value
        result[1][f"x-amz-checksum-{algorithm.lower()}"] = value
    return result


def install():
    """Takes the place of moto's method."""
    S3Response.put_object = put_object
