"""Which series a query means: a tenant's groups of one grouping, as far as the filters let them through."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.errors import RejectedRequestError
from shared.windows.groups import OVERFLOW, Grouping, grouping_name
from shared.windows.rollups import Values
from shared.windows.table import Key, SummaryTable

OVERFLOW_ATTRIBUTE: Final = "otel.metric.overflow"
Filters = Mapping[str, frozenset[str | None]]


@dataclass(frozen=True, slots=True)
class Selection:
    """`filters` are on dimensions of the grouping."""

    tenant: str
    grouping: Grouping
    filters: Filters

    @property
    def name(self) -> str:
        return grouping_name(self.grouping)

    @property
    def values(self) -> Values | None:
        """The values of the one group that is meant, if it is one."""
        if any(len(self.filters.get(dimension, ())) != 1 for dimension in self.grouping):
            return None
        return tuple(value for dimension in self.grouping for value in self.filters[dimension])

    def holds(self, key: Key) -> bool:
        """The overflow series passes no filter, for nobody knows which groups are in it."""
        if key[:2] != (self.tenant, self.name):
            return False
        if is_overflow(key):
            return not self.filters
        return all(
            value in self.filters.get(dimension, {value})
            for dimension, value in zip(self.grouping, key[2:], strict=True)
        )

    def dimensions(self, key: Key) -> dict[str, str | bool | None]:
        if is_overflow(key):
            return {OVERFLOW_ATTRIBUTE: True}
        return dict(zip(self.grouping, key[2:], strict=True))

    def of(self, table: SummaryTable) -> SummaryTable:
        return table.select(self.holds)


def is_overflow(key: Key) -> bool:
    return key[2:] == (OVERFLOW,)


def selecting(groupings: Sequence[Grouping]) -> Callable[[str, Sequence[str], Filters], Selection]:
    """Finds the grouping that has just the dimensions grouped or filtered by, in whatever order they are asked for."""
    by_dimensions = {frozenset(grouping): grouping for grouping in groupings}

    def select(tenant: str, group_by: Sequence[str], filters: Filters) -> Selection:
        grouping = by_dimensions.get(frozenset(group_by) | frozenset(filters))
        if grouping is None:
            raise _unknown({*group_by, *filters}, groupings)
        return Selection(tenant, grouping, filters)

    return select


def _unknown(dimensions: set[str], groupings: Sequence[Grouping]) -> RejectedRequestError:
    kept = ", ".join(grouping_name(grouping) for grouping in groupings)
    message = f"there are no series by {'+'.join(sorted(dimensions)) or 'total'}; there are series by {kept}"
    return RejectedRequestError(400, "unknown_grouping", message, {"group_by": message})
