"""ListDocuments by tag, which moto reads and forgets."""

from moto.ssm.models import SimpleSystemManagerBackend

ALL = 1_000_000

list_with_moto = SimpleSystemManagerBackend.list_documents


def has_tags(document, filters):
    """Whether a listed document has one of the values of each tag."""
    tags = {tag["Key"]: tag["Value"] for tag in document.get("Tags", [])}
    return all(tags.get(f["Key"].removeprefix("tag:")) in f["Values"] for f in filters)


def list_documents(backend, document_filter_list, filters, max_results=10, token="0"):
    """Takes the place of moto's. What is filtered by tag comes on one page."""
    by_tag = [f for f in filters or [] if f["Key"].startswith("tag:")]
    if not by_tag:
        return list_with_moto(backend, document_filter_list, filters, max_results, token)
    others = [f for f in filters if f not in by_tag]
    documents, _ = list_with_moto(backend, document_filter_list, others, ALL, "0")
    return [document for document in documents if has_tags(document, by_tag)], ""


def install():
    """Takes the place of moto's method."""
    SimpleSystemManagerBackend.list_documents = list_documents
