"""Creates SSM documents of templates, which have their content as an object."""

import json

from moto.ssm.models import Document, ssm_backends


def create(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    """Creates a document; Ref returns its name."""
    properties = cloudformation_json["Properties"]
    documents = ssm_backends[account_id][region_name].create_document(
        content=json.dumps(properties["Content"]),
        requires=properties.get("Requires"),
        attachments=properties.get("Attachments"),
        name=properties.get("Name") or resource_name,
        version_name=properties.get("VersionName"),
        document_type=properties.get("DocumentType", "Command"),
        document_format=properties.get("DocumentFormat", "JSON"),
        target_type=properties.get("TargetType"),
        tags=properties.get("Tags"),
    )
    return documents.get_default_version()


def install():
    """Replaces moto's class method."""
    Document.create_from_cloudformation_json = classmethod(create)
