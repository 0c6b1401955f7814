"""What people are told of a budget, on the event bus: that it is at risk, and that it is exceeded; once per crossing."""

from dataclasses import dataclass
from typing import Any

import msgspec

from shared.anomalies.notices import NoticeBus
from shared.forecasts.budget import Budget, BudgetNotice, Owed, StoredBudget
from shared.forecasts.stores import BudgetStore


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells what is owed and then notes that it was told: a crash between the two tells it again, by the same id."""

    budgets: BudgetStore
    bus: NoticeBus
    console_url: str

    def tell(self, stored: StoredBudget) -> int:
        for owed in stored.owed:
            self.bus.put(owed.notice.value, detail(stored.budget, owed, self.console_url))
        if stored.owed:
            self.budgets.swap(stored, stored.told())
        return len(stored.owed)


def detail(budget: Budget, owed: Owed, console_url: str) -> dict[str, Any]:
    """What the published schema docs/schemas/budget.schema.json describes."""
    standing: dict[str, Any] = msgspec.to_builtins(owed.standing)
    return {
        "notice_id": owed.id,
        "console_url": f"{console_url}#/budgets/{budget.id}",
        "budget_id": budget.id,
        "tenant": budget.tenant,
        "name": budget.name,
        "amount_usd": budget.amount_usd,
        "period": budget.period.value,
        "scope": budget.scope,
        "measure": budget.measure,
        "threshold": budget.threshold,
        "explanation": explanation(budget, owed),
        **{name: value for name, value in standing.items() if name not in {"is_at_risk", "is_exceeded"}},
    }


def explanation(budget: Budget, owed: Owed) -> str:
    standing = owed.standing
    said = f"${standing.spent_usd:,.2f} of ${budget.amount_usd:,.2f} are spent on {budget.name!r} this {budget.period}"
    if owed.notice is BudgetNotice.EXCEEDED:
        return f"{said}: the budget is exceeded"
    when = f", most likely on {standing.breach_day:%Y-%m-%d}" if standing.breach_day else ""
    return (
        f"{said}; by its end it will be ${standing.forecast_usd:,.2f} (${standing.lower_usd:,.2f} to"
        f" ${standing.upper_usd:,.2f}): a breach has a chance of {standing.breach_probability:.0%}{when}"
    )
