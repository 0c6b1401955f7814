"""Documents in memory."""

from collections.abc import Sequence

from shared.documents.document import Document, DocumentHead, DocumentKind

Key = tuple[str, DocumentKind, str]


class InMemoryDocumentStore:
    def __init__(self) -> None:
        self.documents: dict[Key, Document] = {}

    def get(self, tenant: str, kind: DocumentKind, document_id: str) -> Document | None:
        return self.documents.get((tenant, kind, document_id))

    def heads(self, tenant: str, kind: DocumentKind) -> Sequence[DocumentHead]:
        return [found.head for key, found in sorted(self.documents.items()) if key[:2] == (tenant, kind)]

    def put(self, document: Document) -> bool:
        head = document.head
        stored = self.documents.get((head.tenant, head.kind, head.id))
        if (stored.head.edition if stored else 0) != head.edition - 1:
            return False
        self.documents[head.tenant, head.kind, head.id] = document
        return True

    def delete(self, tenant: str, kind: DocumentKind, document_id: str) -> bool:
        return self.documents.pop((tenant, kind, document_id), None) is not None
