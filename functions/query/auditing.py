"""Reads the audit log, and writes into it what requests have changed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

import msgspec

from functions.query.audit_models import AuditAnswer, AuditEntryAnswer, AuditVerdict, WhoAnswer
from functions.query.pages import page_of
from functions.query.parameters import AuditParameters
from functions.query.times import span
from shared.access.principal import Principal
from shared.audit.entry import AuditEntry, broken_links
from shared.audit.log import AuditLog

LONGEST: Final = timedelta(days=400)
MOST_LOOKED_AT: Final = 20_000
AUDITED: Final[Mapping[tuple[str, str], str]] = {
    ("PATCH", "/v1/anomalies/{id}"): "anomaly.decided",
    ("POST", "/v1/rules"): "rule.created",
    ("PUT", "/v1/rules/{id}"): "rule.changed",
    ("DELETE", "/v1/rules/{id}"): "rule.deleted",
    ("POST", "/v1/maintenance"): "maintenance.created",
    ("DELETE", "/v1/maintenance/{id}"): "maintenance.deleted",
    ("POST", "/v1/budgets"): "budget.created",
    ("PUT", "/v1/budgets/{id}"): "budget.changed",
    ("DELETE", "/v1/budgets/{id}"): "budget.deleted",
    ("PUT", "/v1/prices"): "price.changed",
    ("DELETE", "/v1/prices"): "price.deleted",
    ("POST", "/v1/query/export"): "data.exported",
    ("DELETE", "/v1/dashboards/{id}"): "dashboard.deleted",
    ("POST", "/v1/dashboards/{id}/share"): "dashboard.shared",
    ("DELETE", "/v1/dashboards/{id}/share"): "dashboard.unshared",
}
_ID_NAMES: Final = ("id", "rule_id", "maintenance_id", "anomaly_id", "model")


@dataclass(frozen=True, slots=True)
class Auditing:
    log: AuditLog
    clock: Callable[[], datetime]

    def record(self, request: Mapping[str, Any], answered: Mapping[str, Any]) -> None:
        """What has been done, with what it was done to; nothing of a request that only reads."""
        action = AUDITED.get((request["httpMethod"], request["resource"]))
        if action:
            who = Principal.permitted(request)
            self.log.record(who.tenant, who.key_id, action, _target(request, answered), {"role": str(who.role)})

    def list(self, who: Principal, asked: AuditParameters) -> AuditAnswer:
        start, end = span(asked.start, asked.end, self.clock(), LONGEST)
        read = islice(self.log.store.newest_first(who.tenant, asked.next), MOST_LOOKED_AT)
        wanted = (entry for entry in _since(read, start) if entry.at < end and _is_wanted(entry, asked))
        page, is_more = page_of(wanted, asked.limit)
        return AuditAnswer(entries=list(map(_answer, page)), next=page[-1].sequence if is_more else None)

    def verify(self, who: Principal) -> AuditVerdict:
        """Over the whole chain, so it is asked seldom."""
        looked_at: list[AuditEntry] = []
        broken = list(broken_links(_noting(self.log.store.oldest_first(who.tenant), looked_at)))
        head = looked_at[-1].hash if looked_at else None
        return AuditVerdict(valid=not broken, entries=len(looked_at), head=head, broken_at=broken)


def who_asks(who: Principal) -> WhoAnswer:
    return WhoAnswer(
        tenant=who.tenant,
        role=who.role,
        key_id=who.key_id,
        rate_plan=who.rate_plan,
        permissions=sorted(who.permissions),
    )


def _since(entries: Iterator[AuditEntry], start: datetime) -> Iterator[AuditEntry]:
    """Newest first, so nothing that was written long before is read."""
    for entry in entries:
        if entry.at < start:
            return
        yield entry


def _noting(entries: Iterator[AuditEntry], seen: list[AuditEntry]) -> Iterator[AuditEntry]:
    for entry in entries:
        seen.append(entry)
        yield entry


def _is_wanted(entry: AuditEntry, asked: AuditParameters) -> bool:
    return (asked.action is None or entry.action.startswith(asked.action)) and asked.actor in {None, entry.actor}


def _target(request: Mapping[str, Any], answered: Mapping[str, Any]) -> str:
    """What the path names, or else the id of what was made."""
    named = (request.get("pathParameters") or {}).get("id")
    if named:
        return str(named)
    told = msgspec.json.decode(answered["body"]) if str(answered["body"]).startswith("{") else {}
    return next((str(told[name]) for name in _ID_NAMES if told.get(name)), "")


def _answer(entry: AuditEntry) -> AuditEntryAnswer:
    return AuditEntryAnswer.model_validate(msgspec.to_builtins(entry))
