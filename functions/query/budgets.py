"""Budgets as people keep them, and how they stand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec

from functions.query.forecast_models import BudgetAnswer, BudgetInput, BudgetsAnswer, StandingAnswer
from shared.access.principal import Principal
from shared.errors import RejectedRequestError
from shared.forecasts.budget import Budget, StoredBudget
from shared.forecasts.stores import BudgetStore

MOST_BUDGETS: Final = 200


@dataclass(frozen=True, slots=True)
class Budgets:
    """Always of the principal's own tenant."""

    store: BudgetStore
    new_id: Callable[[], str]

    def list(self, principal: Principal) -> BudgetsAnswer:
        return BudgetsAnswer(budgets=[_answer(stored) for stored in self.store.of_tenant(principal.tenant)])

    def get(self, principal: Principal, budget_id: str) -> BudgetAnswer:
        return _answer(self._stored(principal, budget_id))

    def add(self, principal: Principal, sent: BudgetInput) -> BudgetAnswer:
        """RejectedRequestError 409 when there are too many."""
        if len(self.store.of_tenant(principal.tenant)) >= MOST_BUDGETS:
            raise RejectedRequestError(409, "too_many_budgets", f"a tenant has at most {MOST_BUDGETS} budgets")
        stored = StoredBudget(_budget(sent, self.new_id(), principal.tenant))
        self.store.create(stored)
        return _answer(stored)

    def change(self, principal: Principal, budget_id: str, sent: BudgetInput) -> BudgetAnswer:
        """Whoever assesses it meanwhile, the change stands."""
        while True:
            before = self._stored(principal, budget_id)
            after = before.changed(_budget(sent, budget_id, principal.tenant))
            if self.store.swap(before, after):
                return _answer(after)

    def delete(self, principal: Principal, budget_id: str) -> None:
        if not self.store.delete(principal.tenant, budget_id):
            raise _unknown()

    def _stored(self, principal: Principal, budget_id: str) -> StoredBudget:
        stored = self.store.get(principal.tenant, budget_id)
        if stored is None:
            raise _unknown()
        return stored


def _budget(sent: BudgetInput, budget_id: str, tenant: str) -> Budget:
    return msgspec.convert({**sent.model_dump(mode="json"), "id": budget_id, "tenant": tenant}, Budget)


def _answer(stored: StoredBudget) -> BudgetAnswer:
    standing = StandingAnswer.model_validate(stored.standing) if stored.standing else None
    return BudgetAnswer(**msgspec.to_builtins(stored.budget), standing=standing)


def _unknown() -> RejectedRequestError:
    return RejectedRequestError(404, "not_found", "there is no such budget")
