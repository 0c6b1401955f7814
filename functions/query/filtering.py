"""Filters of a question, as tests of a dimension's value."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from functions.query.analysis_models import Filter
from functions.query.gathering import Wanted, projecting
from shared.errors import RejectedRequestError
from shared.windows.groups import Grouping, grouping_name
from shared.windows.rollups import Values

Keep = Callable[[str | None], bool]


def wanted(
    tenant: str,
    groupings: Sequence[Grouping],
    group_by: Sequence[str],
    filters: Sequence[Filter],
    measures: Sequence[str],
) -> Wanted:
    """The smallest grouping that has all dimensions asked for; RejectedRequestError 400 if none has."""
    dimensions = {*group_by, *(each.dimension for each in filters)}
    fitting = [grouping for grouping in groupings if dimensions <= set(grouping)]
    if not fitting:
        kept = ", ".join(map(grouping_name, groupings))
        message = f"there are no series by {'+'.join(sorted(dimensions))}; there are series by {kept}"
        raise RejectedRequestError(400, "unknown_grouping", message, {"group_by": message})
    grouping = min(fitting, key=len)
    keeps = _keeps(filters)
    return Wanted(
        tenant, grouping, tuple(measures), projecting(grouping, group_by, keeps), _only_group(grouping, filters)
    )


def _keeps(filters: Sequence[Filter]) -> Mapping[str, Keep]:
    by_dimension: dict[str, list[Keep]] = defaultdict(list)
    for each in filters:
        by_dimension[each.dimension].append(_keep(each))
    return {name: _all(some) for name, some in by_dimension.items()}


def _all(tests: Sequence[Keep]) -> Keep:
    return lambda value: all(test(value) for test in tests)


def _keep(asked: Filter) -> Keep:
    values = frozenset(asked.values)
    texts = tuple(value for value in asked.values if value is not None)
    return {
        "in": lambda value: value in values,
        "not_in": lambda value: value not in values,
        "contains": lambda value: value is not None and any(text in value for text in texts),
        "starts_with": lambda value: value is not None and value.startswith(texts),
        "ends_with": lambda value: value is not None and value.endswith(texts),
        "is_null": lambda value: value is None,
        "is_not_null": lambda value: value is not None,
    }[asked.operator]


def _only_group(grouping: Grouping, filters: Sequence[Filter]) -> Values | None:
    """The values of the one group that the filters leave, if that is plain to see."""
    exact = {
        each.dimension: (each.values or (None,))[0]
        for each in filters
        if (each.operator == "in" and len(each.values) == 1) or each.operator == "is_null"
    }
    return tuple(exact[name] for name in grouping) if set(grouping) <= exact.keys() else None
