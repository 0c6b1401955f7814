"""Dashboards as people keep and share them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

import msgspec

from functions.query.document_models import (
    DashboardAnswer,
    DashboardHead,
    DashboardInput,
    DashboardsAnswer,
    ShareAnswer,
    ShareInput,
)
from shared.access.principal import Principal
from shared.access.roles import Permission
from shared.documents.document import Document, DocumentHead, DocumentKind
from shared.documents.stores import DocumentStore
from shared.errors import RejectedRequestError

MOST_DASHBOARDS: Final = 500


@dataclass(frozen=True, slots=True)
class Dashboards:
    """Always of the principal's own tenant; one that may not be read is one that is not there."""

    store: DocumentStore
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def list(self, who: Principal) -> DashboardsAnswer:
        heads = [head for head in self.store.heads(who.tenant, DocumentKind.DASHBOARD) if _may_read(who, head)]
        return DashboardsAnswer(dashboards=sorted(map(_head_answer, heads), key=lambda head: (head.name, head.id)))

    def get(self, who: Principal, dashboard_id: str) -> DashboardAnswer:
        return _answer(self._readable(who, dashboard_id))

    def add(self, who: Principal, sent: DashboardInput) -> DashboardAnswer:
        """RejectedRequestError 409 when there are too many."""
        if len(self.store.heads(who.tenant, DocumentKind.DASHBOARD)) >= MOST_DASHBOARDS:
            raise RejectedRequestError(409, "too_many_dashboards", f"a tenant has at most {MOST_DASHBOARDS}")
        now = self.clock()
        head = DocumentHead(
            who.tenant, DocumentKind.DASHBOARD, self.new_id(), who.key_id, 1, now, now, about=_about(sent)
        )
        document = Document(head, sent.content)
        self.store.put(document)
        return _answer(document)

    def change(self, who: Principal, dashboard_id: str, sent: DashboardInput) -> DashboardAnswer:
        """RejectedRequestError 409 when another has written since `sent.edition`."""
        before = self._own(who, dashboard_id)
        about = {**before.head.about, **_about(sent)}
        return _answer(self._put(before, sent.edition, about, sent.content))

    def delete(self, who: Principal, dashboard_id: str) -> None:
        found = self._own(who, dashboard_id)
        self._unshare(found.head)
        self.store.delete(who.tenant, DocumentKind.DASHBOARD, dashboard_id)

    def share(self, who: Principal, dashboard_id: str, sent: ShareInput) -> ShareAnswer:
        """A new link takes the place of the one before. What is kept is the token's hash."""
        found, token = self._own(who, dashboard_id), self.new_id() + self.new_id()
        expires_at = self.clock() + timedelta(days=sent.valid_days)
        self._unshare(found.head)
        now = self.clock()
        self.store.put(
            Document(
                DocumentHead(who.tenant, DocumentKind.SHARE, _digest(token), who.key_id, 1, now, now, expires_at),
                {"dashboard": dashboard_id},
            )
        )
        self._put(found, None, {**found.head.about, "share": _digest(token)}, found.content)
        return ShareAnswer(token=token, expires_at=expires_at)

    def unshare(self, who: Principal, dashboard_id: str) -> None:
        found = self._own(who, dashboard_id)
        self._unshare(found.head)

    def shared(self, who: Principal, token: str) -> DashboardAnswer:
        share = self.store.get(who.tenant, DocumentKind.SHARE, _digest(token))
        if share is None or share.head.expires_at is None or share.head.expires_at <= self.clock():
            raise _unknown()
        found = self.store.get(who.tenant, DocumentKind.DASHBOARD, share.content["dashboard"])
        if found is None:
            raise _unknown()
        return _answer(found)

    def _put(
        self, before: Document, edition: int | None, about: dict[str, object], content: dict[str, object]
    ) -> Document:
        if edition not in {None, before.head.edition}:
            raise _overtaken()
        head = msgspec.structs.replace(
            before.head, edition=before.head.edition + 1, updated_at=self.clock(), about=about
        )
        after = Document(head, content)
        if not self.store.put(after):
            raise _overtaken()
        return after

    def _unshare(self, head: DocumentHead) -> None:
        if "share" in head.about:
            self.store.delete(head.tenant, DocumentKind.SHARE, head.about["share"])

    def _readable(self, who: Principal, dashboard_id: str) -> Document:
        found = self.store.get(who.tenant, DocumentKind.DASHBOARD, dashboard_id)
        if found is None or not _may_read(who, found.head):
            raise _unknown()
        return found

    def _own(self, who: Principal, dashboard_id: str) -> Document:
        found = self._readable(who, dashboard_id)
        if found.head.owner != who.key_id and not who.may(Permission.DASHBOARD_DELETE):
            raise RejectedRequestError(403, "forbidden", "only its owner or an administrator may change a dashboard")
        return found


def _may_read(who: Principal, head: DocumentHead) -> bool:
    mine = head.owner == who.key_id or who.may(Permission.DASHBOARD_DELETE)
    return mine or head.about["visibility"] == "tenant"


def _about(sent: DashboardInput) -> dict[str, object]:
    return sent.model_dump(include={"name", "description", "visibility", "tags"})


def _head_answer(head: DocumentHead) -> DashboardHead:
    return DashboardHead(**_told(head))


def _answer(document: Document) -> DashboardAnswer:
    return DashboardAnswer(**_told(document.head), content=document.content)


def _told(head: DocumentHead) -> dict[str, object]:
    about = {name: head.about[name] for name in ("name", "description", "visibility", "tags")}
    times = {"created_at": head.created_at, "updated_at": head.updated_at}
    return {"id": head.id, "owner": head.owner, "edition": head.edition, **times, **about}


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _overtaken() -> RejectedRequestError:
    message = "another has changed it meanwhile: read it again"
    return RejectedRequestError(409, "conflict", message, {"edition": message})


def _unknown() -> RejectedRequestError:
    return RejectedRequestError(404, "not_found", "there is no such dashboard")
