"""Requests about data subjects, as administrators make and follow them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from shared.access.principal import Principal
from shared.audit.log import AuditLog
from shared.documents.document import Document, DocumentHead, DocumentKind
from shared.documents.stores import DocumentStore
from shared.errors import RejectedRequestError, TransientError
from shared.privacy.request import LINK_LIFE, PrivacyRequest, RequestKind, RequestStatus
from shared.privacy.stores import Exports
from shared.privacy.subject import Subject
from shared.privacy.wire import (
    DownloadAnswer,
    ErasureRequest,
    ExportRequest,
    PrivacyRequestAnswer,
    PrivacyRequestsAnswer,
)

EVERYBODY: Final = "*"
"""The tenant under which it stands what is to be done of whom."""
TRIES: Final = 10
KEPT: Final = timedelta(days=2555)
Change = Callable[[PrivacyRequest], PrivacyRequest]


@dataclass(frozen=True, slots=True)
class Requests:
    """Always of the principal's own tenant."""

    store: DocumentStore
    exports: Exports
    audit: AuditLog
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def export(self, who: Principal, asked: ExportRequest) -> PrivacyRequestAnswer:
        return self._add(who, RequestKind.EXPORT, asked.user_id, asked.reason, self.clock())

    def erase(self, who: Principal, asked: ErasureRequest) -> PrivacyRequestAnswer:
        """RejectedRequestError 409 while a legal hold lies on the subject."""
        subject = Subject(who.tenant, asked.user_id)
        if self.is_held(subject):
            raise RejectedRequestError(409, "legal_hold", "a legal hold lies on this subject")
        not_before = self.clock() + timedelta(days=asked.after_days)
        return self._add(who, RequestKind.ERASURE, asked.user_id, asked.reason, not_before)

    def list(self, who: Principal) -> PrivacyRequestsAnswer:
        heads = self.store.heads(who.tenant, DocumentKind.PRIVACY_REQUEST)
        found = sorted((request_of(head.about) for head in heads), key=lambda each: each.requested_at, reverse=True)
        return PrivacyRequestsAnswer(requests=list(map(_answer, found)))

    def get(self, who: Principal, request_id: str) -> PrivacyRequestAnswer:
        return _answer(self._stored(who.tenant, request_id)[1])

    def cancel(self, who: Principal, request_id: str) -> PrivacyRequestAnswer:
        """RejectedRequestError 409 once it has begun."""

        def cancelled(request: PrivacyRequest) -> PrivacyRequest:
            if request.status is not RequestStatus.SCHEDULED:
                raise RejectedRequestError(409, "too_late", f"the request is {request.status} already")
            return msgspec.structs.replace(request, status=RequestStatus.CANCELLED)

        request = self.change(who.tenant, request_id, cancelled)
        self.audit.record(who.tenant, who.key_id, "privacy.cancelled", request.subject, {"request": request.id})
        return _answer(request)

    def download(self, who: Principal, request_id: str) -> DownloadAnswer:
        request = self._stored(who.tenant, request_id)[1]
        if request.kind is not RequestKind.EXPORT or request.done_at is None:
            raise RejectedRequestError(409, "not_done", "there is nothing to download yet")
        if self.clock() >= request.done_at + LINK_LIFE:
            raise RejectedRequestError(410, "gone", "an export is kept for seven days: ask for a new one")
        self.audit.record(who.tenant, who.key_id, "privacy.downloaded", request.subject, {"request": request.id})
        return DownloadAnswer(links=[self.exports.link(part_key(request, part)) for part in range(request.parts)])

    def is_held(self, subject: Subject) -> bool:
        return self.store.get(subject.tenant, DocumentKind.LEGAL_HOLD, subject.digest) is not None

    def change(self, tenant: str, request_id: str, change: Change) -> PrivacyRequest:
        """Whoever changes it meanwhile, this change is of what stands."""
        for _ in range(TRIES):
            head, before = self._stored(tenant, request_id)
            after = change(before)
            if self.store.put(self._document(after, head.edition + 1)):
                return after
        raise TransientError("privacy request: others were always first")

    def _add(
        self, who: Principal, kind: RequestKind, user_id: str, reason: str, not_before: datetime
    ) -> PrivacyRequestAnswer:
        subject, now = Subject(who.tenant, user_id), self.clock()
        request = PrivacyRequest(
            self.new_id(), who.tenant, kind, user_id, subject.digest, reason, who.key_id, now, not_before
        )
        self.store.put(self._document(request, 1))
        self.store.put(_work(request))
        detail = {"request": request.id, "not_before": not_before.isoformat()}
        self.audit.record(who.tenant, who.key_id, f"privacy.{kind}_requested", subject.digest, detail)
        return _answer(request)

    def _stored(self, tenant: str, request_id: str) -> tuple[DocumentHead, PrivacyRequest]:
        found = self.store.get(tenant, DocumentKind.PRIVACY_REQUEST, request_id)
        if found is None:
            raise RejectedRequestError(404, "not_found", "there is no such request")
        return found.head, request_of(found.head.about)

    def _document(self, request: PrivacyRequest, edition: int) -> Document:
        head = DocumentHead(
            request.tenant,
            DocumentKind.PRIVACY_REQUEST,
            request.id,
            request.requested_by,
            edition,
            request.requested_at,
            self.clock(),
            request.requested_at + KEPT,
            msgspec.to_builtins(request),
        )
        return Document(head, {})


def request_of(about: dict[str, Any]) -> PrivacyRequest:
    return msgspec.convert(about, PrivacyRequest)


def part_key(request: PrivacyRequest, part: int) -> str:
    return f"exports/{request.tenant}/{request.id}/part-{part:04d}.jsonl"


def _work(request: PrivacyRequest) -> Document:
    name = f"{request.tenant}:{request.id}"
    now = request.requested_at
    head = DocumentHead(
        EVERYBODY, DocumentKind.PRIVACY_WORK, name, request.requested_by, 1, now, now, now + KEPT,
        {"tenant": request.tenant, "request": request.id},
    )  # fmt: skip
    return Document(head, {})


def _answer(request: PrivacyRequest) -> PrivacyRequestAnswer:
    told = msgspec.structs.asdict(request)
    is_export = request.kind is RequestKind.EXPORT and request.done_at is not None
    until = request.done_at + LINK_LIFE if is_export and request.done_at else None
    return PrivacyRequestAnswer.model_validate({**told, "links_until": until})
