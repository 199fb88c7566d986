"""Quotas of EC2 and of VPCs, from the setting `quotas`: {"L-DB2E81BA": 4}."""

import json

from moto.servicequotas.models import ServiceQuotasBackend

from .settings import SETTINGS

# On-demand and spot quotas of G and VT instances, then those of standard instances, in vCPUs; VPCs; internet gateways.
DEFAULTS = {
    "L-DB2E81BA": 64,
    "L-3819A6DF": 64,
    "L-1216C47A": 64,
    "L-34B43A08": 64,
    "L-F678F1CE": 5,
    "L-A4707A72": 5,
}

get_from_moto = ServiceQuotasBackend.get_service_quota


def get_service_quota(backend, service_code, quota_code):
    """Returns a quota from the settings, or another quota from moto."""
    if quota_code not in DEFAULTS:
        return get_from_moto(backend, service_code, quota_code)
    values = json.loads(SETTINGS["quotas"] or "{}")
    value = float(values.get(quota_code, DEFAULTS[quota_code]))
    return {"ServiceCode": service_code, "QuotaCode": quota_code, "Value": value}


def install():
    """Replaces moto's method."""
    ServiceQuotasBackend.get_service_quota = get_service_quota
