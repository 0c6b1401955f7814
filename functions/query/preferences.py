"""What a key or user prefers: kept as it was sent, and told to nobody else."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from functions.query.document_models import PreferencesAnswer, PreferencesInput
from shared.access.principal import Principal
from shared.documents.document import Document, DocumentHead, DocumentKind
from shared.documents.stores import DocumentStore
from shared.errors import RejectedRequestError


@dataclass(frozen=True, slots=True)
class Preferences:
    store: DocumentStore
    clock: Callable[[], datetime]

    def get(self, who: Principal) -> PreferencesAnswer:
        found = self._stored(who)
        if found is None:
            return PreferencesAnswer(content={}, edition=0, updated_at=None)
        return PreferencesAnswer(content=found.content, edition=found.head.edition, updated_at=found.head.updated_at)

    def put(self, who: Principal, sent: PreferencesInput) -> PreferencesAnswer:
        """RejectedRequestError 409 when another window of the same user has written since `sent.edition`."""
        found, now = self._stored(who), self.clock()
        edition = found.head.edition if found else 0
        created_at = found.head.created_at if found else now
        head = DocumentHead(who.tenant, DocumentKind.PREFERENCES, who.key_id, who.key_id, edition + 1, created_at, now)
        if sent.edition not in {None, edition} or not self.store.put(Document(head, sent.content)):
            raise RejectedRequestError(409, "conflict", "they have changed meanwhile: read them again")
        return PreferencesAnswer(content=sent.content, edition=head.edition, updated_at=now)

    def _stored(self, who: Principal) -> Document | None:
        return self.store.get(who.tenant, DocumentKind.PREFERENCES, who.key_id)
