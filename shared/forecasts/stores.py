"""Where forecasts and budgets are kept, and the queue over which their work is fanned out."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from msgspec import Struct

from shared.forecasts.budget import StoredBudget
from shared.forecasts.issued import Issued, Latest, Series
from shared.forecasts.past import Group, Past
from shared.windows.rollups import Values

LIFE_OF_FORECASTS: Final = timedelta(days=10)
LIFE_OF_THE_NEWEST: Final = timedelta(days=3)
"""A series that is silent so long has no newest forecast any more; its record ends with it."""


class ForecastStore(Protocol):
    def newest(self, series: Series) -> Latest | None: ...

    def put(self, latest: Latest) -> None:
        """In place of an older one, and by its origin; an older one than the newest is kept by its origin alone."""
        ...

    def issued(self, series: Series, origin: datetime) -> Issued | None: ...

    def keep_score(self, issued: Issued) -> None:
        """The forecast again, with its score."""
        ...

    def past(self, group: Group) -> Past | None:
        """The settled hours of a group."""
        ...

    def keep_past(self, past: Past) -> None: ...

    def find(self, tenant: str, grouping: str, measure: str, *, after: Values | None = None) -> Iterator[Latest]:
        """The newest of every series, in a fixed order; `after` goes on behind that group."""
        ...


class BudgetStore(Protocol):
    """Reads are strong."""

    def get(self, tenant: str, budget_id: str) -> StoredBudget | None: ...

    def of_tenant(self, tenant: str) -> Sequence[StoredBudget]:
        """By id."""
        ...

    def create(self, stored: StoredBudget) -> bool:
        """False if there is one of this id."""
        ...

    def swap(self, before: StoredBudget, after: StoredBudget) -> bool:
        """False if it is not what it was any more, or gone."""
        ...

    def delete(self, tenant: str, budget_id: str) -> bool:
        """False if there is none."""
        ...


class Task(Struct, frozen=True):
    """Groups of one grouping to forecast from `origin` on; without a grouping: the tenant's budgets to assess."""

    origin: datetime
    tenant: str
    grouping: str | None = None
    groups: tuple[Values, ...] = ()


class TaskQueue(Protocol):
    def put(self, tasks: Sequence[Task]) -> None:
        """Return when all are queued; TransientError if some may not be."""
        ...
