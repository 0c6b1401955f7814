"""Forecasts, budgets and the queue of tasks in memory."""

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from shared.forecasts.budget import StoredBudget
from shared.forecasts.issued import Issued, Latest, Series
from shared.forecasts.past import Group, Past
from shared.forecasts.stores import Task
from shared.windows.rollups import Values


class InMemoryForecastStore:
    def __init__(self) -> None:
        self.latest: dict[Series, Latest] = {}
        self.scored: dict[tuple[Series, datetime], Issued] = {}
        self.pasts: dict[Group, Past] = {}

    def newest(self, series: Series) -> Latest | None:
        return self.latest.get(series)

    def put(self, latest: Latest) -> None:
        before = self.latest.get(latest.issued.series)
        if before is None or before.issued.origin <= latest.issued.origin:
            self.latest[latest.issued.series] = latest
        self.keep_score(latest.issued)

    def issued(self, series: Series, origin: datetime) -> Issued | None:
        return self.scored.get((series, origin))

    def keep_score(self, issued: Issued) -> None:
        self.scored[issued.series, issued.origin] = issued

    def past(self, group: Group) -> Past | None:
        return self.pasts.get(group)

    def keep_past(self, past: Past) -> None:
        self.pasts[past.group] = past

    def find(self, tenant: str, grouping: str, measure: str, *, after: Values | None = None) -> Iterator[Latest]:
        found = {
            msgspec.json.encode(series.values).decode(): latest
            for series, latest in self.latest.items()
            if (series.tenant, series.grouping, series.measure) == (tenant, grouping, measure)
        }
        least = "" if after is None else msgspec.json.encode(after).decode()
        return iter([found[text] for text in sorted(found) if text > least])


class InMemoryBudgetStore:
    def __init__(self) -> None:
        self.stored: dict[tuple[str, str], StoredBudget] = {}

    def get(self, tenant: str, budget_id: str) -> StoredBudget | None:
        return self.stored.get((tenant, budget_id))

    def of_tenant(self, tenant: str) -> Sequence[StoredBudget]:
        return [stored for (of, _), stored in sorted(self.stored.items()) if of == tenant]

    def create(self, stored: StoredBudget) -> bool:
        key = stored.budget.tenant, stored.budget.id
        if key in self.stored:
            return False
        self.stored[key] = stored
        return True

    def swap(self, before: StoredBudget, after: StoredBudget) -> bool:
        key = after.budget.tenant, after.budget.id
        if key not in self.stored or self.stored[key].edition != before.edition:
            return False
        self.stored[key] = after
        return True

    def delete(self, tenant: str, budget_id: str) -> bool:
        return self.stored.pop((tenant, budget_id), None) is not None


class InMemoryTaskQueue:
    def __init__(self) -> None:
        self.tasks: list[Task] = []

    def put(self, tasks: Sequence[Task]) -> None:
        self.tasks += tasks

    def take(self) -> list[Task]:
        taken, self.tasks = self.tasks, []
        return taken
