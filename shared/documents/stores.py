"""Where documents are kept."""

from collections.abc import Sequence
from typing import Protocol

from shared.documents.document import Document, DocumentHead, DocumentKind


class DocumentStore(Protocol):
    """Reads are strong."""

    def get(self, tenant: str, kind: DocumentKind, document_id: str) -> Document | None: ...

    def heads(self, tenant: str, kind: DocumentKind) -> Sequence[DocumentHead]:
        """Of all documents of a kind, by id."""
        ...

    def put(self, document: Document) -> bool:
        """False unless the one stored is of the edition right before; none at all, for the first."""
        ...

    def delete(self, tenant: str, kind: DocumentKind, document_id: str) -> bool:
        """False if there was none."""
        ...
