"""SSM documents, whose UpdateMethod NewVersion keeps the name and makes a new default version."""

import json

from moto.ssm.models import Document, ssm_backends


def as_text(value):
    """Content is an object in a template and text in the API."""
    return value if isinstance(value, str) else json.dumps(value)


def create(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    """Ref is the document's name."""
    properties = cloudformation_json["Properties"]
    documents = ssm_backends[account_id][region_name].create_document(
        content=as_text(properties["Content"]),
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


def version_with(documents, content):
    """The version that has this content already, as after a rollback; SSM takes none twice."""
    for version, document in documents.versions.items():
        if document.content == content:
            return version
    return None


def update(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    """A new version, or a new document as CloudFormation does without an UpdateMethod."""
    properties = cloudformation_json["Properties"]
    backend = ssm_backends[account_id][region_name]
    name = original_resource.name
    if properties.get("UpdateMethod") != "NewVersion":
        backend._documents.pop(name, None)
        return create(cls, new_resource_name, cloudformation_json, account_id, region_name)
    content = as_text(properties["Content"])
    version = version_with(backend._documents[name], content)
    if version is None:
        version = backend.update_document(
            content=content,
            attachments=[],
            name=name,
            version_name=None,
            document_version="$LATEST",
            document_format=properties.get("DocumentFormat", "JSON"),
            target_type=properties.get("TargetType"),
        )["DocumentVersion"]
    backend.update_document_default_version(name=name, document_version=version)
    return backend._documents[name].get_default_version()


def install():
    """Takes the place of moto's class methods."""
    Document.create_from_cloudformation_json = classmethod(create)
    Document.update_from_cloudformation_json = classmethod(update)
