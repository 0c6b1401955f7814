"""Anomalies as people read and decide them, and what a tenant says about its alerts."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

import msgspec
from pydantic import BaseModel

from functions.query.alert_models import (
    AnomaliesAnswer,
    AnomalyAnswer,
    Decision,
    MaintenanceAnswer,
    MaintenanceInput,
    MaintenancesAnswer,
    RuleAnswer,
    RuleInput,
    RulesAnswer,
)
from functions.query.pages import page_of
from functions.query.parameters import AnomalyParameters
from functions.query.times import span
from shared.access.principal import Principal
from shared.access.roles import Permission
from shared.anomalies.anomaly import LEARNED, Anomaly, Status
from shared.anomalies.notices import Herald, described
from shared.anomalies.policies import LIFE_OF_BARS, RAISED_BY, Bar, Maintenance, PolicyStore, Rule, covers
from shared.anomalies.stores import AnomalyStore, StoredAnomaly
from shared.errors import RejectedRequestError

Model = TypeVar("Model", bound=BaseModel)
Kept = TypeVar("Kept", Rule, Maintenance)

LONGEST: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Alerts:
    """Always of the principal's own tenant."""

    anomalies: AnomalyStore
    policies: PolicyStore
    herald: Herald
    groupings: frozenset[str]
    clock: Callable[[], datetime]
    new_id: Callable[[], str]

    def list(self, principal: Principal, asked: AnomalyParameters) -> AnomaliesAnswer:
        start, end = span(asked.start, asked.end, self.clock(), LONGEST)
        found = self.anomalies.find(principal.tenant, start, end, after=asked.next)
        page, more = page_of((one for one in found if _is_wanted(one, asked)), asked.limit)
        return AnomaliesAnswer(anomalies=[_answer(one) for one in page], next=page[-1].id if more else None)

    def get(self, principal: Principal, anomaly_id: str) -> AnomalyAnswer:
        return _answer(self._stored(principal, anomaly_id).anomaly)

    def decide(self, principal: Principal, anomaly_id: str, decision: Decision) -> AnomalyAnswer:
        """Whoever else writes meanwhile, the word stands; who was told of the beginning is told of the end."""
        principal.require(Permission.METRICS_WRITE)
        while True:
            before = self._stored(principal, anomaly_id)
            after = before.decided(_decided(before.anomaly, decision, self.clock()))
            if self.anomalies.swap(before, after):
                break
        if decision.false_alarm and after.anomaly.detector == LEARNED:
            score = after.anomaly.score + RAISED_BY
            self.policies.raise_bar(Bar(after.anomaly.series, score, self.clock() + LIFE_OF_BARS))
        self.herald.tell(after)
        return _answer(after.anomaly)

    def _stored(self, principal: Principal, anomaly_id: str) -> StoredAnomaly:
        stored = self.anomalies.get(principal.tenant, anomaly_id)
        if stored is None:
            raise _unknown("anomaly")
        return stored

    def rules(self, principal: Principal) -> RulesAnswer:
        return RulesAnswer(rules=[_shown(rule, RuleAnswer) for rule in self.policies.policy(principal.tenant).rules])

    def rule(self, principal: Principal, rule_id: str) -> RuleAnswer:
        for rule in self.policies.policy(principal.tenant).rules:
            if rule.id == rule_id:
                return _shown(rule, RuleAnswer)
        raise _unknown("rule")

    def put_rule(self, principal: Principal, sent: RuleInput, rule_id: str | None = None) -> RuleAnswer:
        """A new rule, or another one in the place of one that there is."""
        principal.require(Permission.METRICS_WRITE)
        if rule_id is not None:
            self.rule(principal, rule_id)
        if sent.grouping not in self.groupings:
            known = f"there are {', '.join(sorted(self.groupings))}"
            raise RejectedRequestError(400, "invalid_body", f"grouping: {known}", {"grouping": known})
        rule = _kept(sent, Rule, rule_id or self.new_id(), principal.tenant)
        self.policies.put_rule(rule)
        return _shown(rule, RuleAnswer)

    def delete_rule(self, principal: Principal, rule_id: str) -> None:
        principal.require(Permission.METRICS_WRITE)
        if not self.policies.delete_rule(principal.tenant, rule_id):
            raise _unknown("rule")

    def maintenance(self, principal: Principal) -> MaintenancesAnswer:
        planned = self.policies.policy(principal.tenant).maintenance
        return MaintenancesAnswer(maintenance=[_shown(each, MaintenanceAnswer) for each in planned])

    def put_maintenance(self, principal: Principal, sent: MaintenanceInput) -> MaintenanceAnswer:
        principal.require(Permission.METRICS_WRITE)
        maintenance = _kept(sent, Maintenance, self.new_id(), principal.tenant)
        self.policies.put_maintenance(maintenance)
        return _shown(maintenance, MaintenanceAnswer)

    def delete_maintenance(self, principal: Principal, maintenance_id: str) -> None:
        principal.require(Permission.METRICS_WRITE)
        if not self.policies.delete_maintenance(principal.tenant, maintenance_id):
            raise _unknown("maintenance window")


def _is_wanted(anomaly: Anomaly, asked: AnomalyParameters) -> bool:
    return (
        _among(anomaly.status, asked.status)
        and _among(anomaly.kind, asked.kind)
        and _among(anomaly.measure, asked.measure)
        and (asked.severity is None or anomaly.severity.rank >= asked.severity.rank)
        and (not asked.alerted or anomaly.alerted)
        and (asked.group is None or asked.group in {anomaly.group, anomaly.id})
        and covers(asked.where, anomaly.series)
    )


def _among(value: str, wanted: Iterable[str]) -> bool:
    chosen = tuple(wanted)
    return not chosen or value in chosen


def _decided(anomaly: Anomaly, decision: Decision, now: datetime) -> Anomaly:
    noted = anomaly if decision.note is None else replace(anomaly, note=decision.note)
    if decision.false_alarm:
        return noted.resolved(now, "false_alarm")
    if decision.status is Status.RESOLVED and not anomaly.is_over:
        return noted.resolved(now, "user")
    return noted if anomaly.is_over or decision.status is None else replace(noted, status=decision.status)


def _answer(anomaly: Anomaly) -> AnomalyAnswer:
    return AnomalyAnswer.model_validate(described(anomaly))


def _kept(sent: RuleInput | MaintenanceInput, kind: type[Kept], own_id: str, tenant: str) -> Kept:
    said = sent.model_dump(mode="json")
    return msgspec.convert({**said, "id": own_id, "tenant": tenant}, kind)


def _shown(kept: Rule | Maintenance, model: type[Model]) -> Model:
    return model.model_validate_json(msgspec.json.encode(kept))


def _unknown(what: str) -> RejectedRequestError:
    return RejectedRequestError(404, "not_found", f"there is no such {what}")
