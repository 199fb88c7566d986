"""Service quotas of EC2, settable by the setting `quotas`: {"L-DB2E81BA": 4}."""

import json

from moto.servicequotas.models import ServiceQuotasBackend

from .settings import SETTINGS

NAMES = {
    "L-DB2E81BA": "Running On-Demand G and VT instances",
    "L-3819A6DF": "All G and VT Spot Instance Requests",
    "L-1216C47A": "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances",
    "L-34B43A08": "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests",
}

DEFAULT_VCPUS = 64

get_from_moto = ServiceQuotasBackend.get_service_quota


def get_service_quota(backend, service_code, quota_code):
    """The quotas of EC2 that matter here; moto has those of VPC."""
    if service_code != "ec2" or quota_code not in NAMES:
        return get_from_moto(backend, service_code, quota_code)
    values = json.loads(SETTINGS["quotas"] or "{}")
    return {
        "ServiceCode": "ec2",
        "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
        "QuotaArn": f"arn:aws:servicequotas:{backend.region_name}:{backend.account_id}:"
        f"ec2/{quota_code}",
        "QuotaCode": quota_code,
        "QuotaName": NAMES[quota_code],
        "Value": float(values.get(quota_code, DEFAULT_VCPUS)),
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


def install():
    """Takes the place of moto's method."""
    ServiceQuotasBackend.get_service_quota = get_service_quota
