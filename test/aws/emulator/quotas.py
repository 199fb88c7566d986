"""EC2 quotas, from the setting `quotas`: {"L-DB2E81BA": 4}."""

import json

from moto.servicequotas.models import ServiceQuotasBackend

from .settings import SETTINGS

# On-demand and spot quotas of G and VT instances, then those of standard instances.
CODES = ("L-DB2E81BA", "L-3819A6DF", "L-1216C47A", "L-34B43A08")

DEFAULT_VCPUS = 64

get_from_moto = ServiceQuotasBackend.get_service_quota


def get_service_quota(backend, service_code, quota_code):
    """Returns a quota of EC2 from the settings, or another quota from moto."""
    if service_code != "ec2" or quota_code not in CODES:
        return get_from_moto(backend, service_code, quota_code)
    values = json.loads(SETTINGS["quotas"] or "{}")
    value = float(values.get(quota_code, DEFAULT_VCPUS))
    return {"ServiceCode": "ec2", "QuotaCode": quota_code, "Value": value}


def install():
    """Replaces moto's method."""
    ServiceQuotasBackend.get_service_quota = get_service_quota
