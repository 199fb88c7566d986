"""Service quotas of EC2, settable by the setting `quotas`: {"L-DB2E81BA": 4}."""

import json

from moto.servicequotas.models import ServiceQuotasBackend

from .settings import SETTINGS

# G and VT instances on demand and from spot capacity, then standard ones.
CODES = ("L-DB2E81BA", "L-3819A6DF", "L-1216C47A", "L-34B43A08")

DEFAULT_VCPUS = 64

get_from_moto = ServiceQuotasBackend.get_service_quota


def get_service_quota(backend, service_code, quota_code):
    """The quotas of EC2 that matter here; others are those of moto."""
    if service_code != "ec2" or quota_code not in CODES:
        return get_from_moto(backend, service_code, quota_code)
    values = json.loads(SETTINGS["quotas"] or "{}")
    value = float(values.get(quota_code, DEFAULT_VCPUS))
    return {"ServiceCode": "ec2", "QuotaCode": quota_code, "Value": value}


def install():
    """Takes the place of moto's method."""
    ServiceQuotasBackend.get_service_quota = get_service_quota
