"""Legal holds, which keep a subject's data from being erased, and consents, of which only the newest of a purpose counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.access.principal import Principal
from shared.audit.log import AuditLog
from shared.documents.document import Document, DocumentHead, DocumentKind
from shared.documents.stores import DocumentStore
from shared.errors import RejectedRequestError, TransientError
from shared.privacy.subject import Subject
from shared.privacy.wire import ConsentAnswer, ConsentRequest, HoldAnswer, HoldRequest, HoldsAnswer


@dataclass(frozen=True, slots=True)
class Keeping:
    store: DocumentStore
    audit: AuditLog
    clock: Callable[[], datetime]

    def holds(self, who: Principal) -> HoldsAnswer:
        return HoldsAnswer(holds=[_hold(head) for head in self.store.heads(who.tenant, DocumentKind.LEGAL_HOLD)])

    def hold(self, who: Principal, asked: HoldRequest) -> HoldAnswer:
        """A second hold on the same subject is the first."""
        subject, now = Subject(who.tenant, asked.user_id), self.clock()
        about = {"user_id": asked.user_id, "reason": asked.reason}
        kind = DocumentKind.LEGAL_HOLD
        head = DocumentHead(who.tenant, kind, subject.digest, who.key_id, 1, now, now, None, about)
        if not self.store.put(Document(head, {})):
            found = self.store.get(who.tenant, kind, subject.digest)
            return _hold(found.head if found else head)
        self.audit.record(who.tenant, who.key_id, "privacy.hold_placed", subject.digest, {"reason": asked.reason})
        return _hold(head)

    def lift(self, who: Principal, hold_id: str) -> None:
        if not self.store.delete(who.tenant, DocumentKind.LEGAL_HOLD, hold_id):
            raise RejectedRequestError(404, "not_found", "there is no such hold")
        self.audit.record(who.tenant, who.key_id, "privacy.hold_lifted", hold_id)

    def consents(self, who: Principal, user_id: str) -> ConsentAnswer:
        found = self.store.get(who.tenant, DocumentKind.CONSENT, Subject(who.tenant, user_id).digest)
        return ConsentAnswer(user_id=user_id, consents=found.content if found else {})

    def consent(self, who: Principal, asked: ConsentRequest) -> ConsentAnswer:
        subject, now = Subject(who.tenant, asked.user_id), self.clock()
        found = self.store.get(who.tenant, DocumentKind.CONSENT, subject.digest)
        said = {"granted": asked.granted, "version": asked.version, "recorded_at": now.isoformat()}
        content: dict[str, Any] = {
            **(found.content if found else {}),
            asked.purpose: {**said, "recorded_by": who.key_id},
        }
        edition, created = (found.head.edition, found.head.created_at) if found else (0, now)
        head = DocumentHead(who.tenant, DocumentKind.CONSENT, subject.digest, who.key_id, edition + 1, created, now)
        if not self.store.put(Document(head, content)):
            raise TransientError("consent: another was recorded meanwhile")
        detail = {"purpose": asked.purpose, "granted": str(asked.granted).lower()}
        self.audit.record(who.tenant, who.key_id, "privacy.consent_recorded", subject.digest, detail)
        return ConsentAnswer(user_id=asked.user_id, consents=content)


def _hold(head: DocumentHead) -> HoldAnswer:
    return HoldAnswer(id=head.id, placed_by=head.owner, placed_at=head.created_at, **head.about)
