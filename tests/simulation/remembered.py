"""What is computed again and again from the same tables is remembered: a seed then costs little more than its faults.

Only pure functions of immutable tables are replaced, each by itself with a memory, for the time of one run.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from shared.windows.groups import group_keys, into_overflow, limited
from shared.windows.table import SummaryTable


class _Memory:
    """Tables are told apart by identity, so they are kept alive; equal bytes are decoded to one and the same table."""

    def __init__(self) -> None:
        self._known: dict[Any, Any] = {}
        self._alive: list[Any] = []

    def of(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def remembered(*given: Any) -> Any:
            key = (function, *map(_identity, given))
            if key not in self._known:
                self._alive.append(given)
                self._known[key] = function(*given)
            return self._known[key]

        return remembered


def _identity(value: Any) -> Any:
    if isinstance(value, SummaryTable):
        return id(value)
    if isinstance(value, list):
        return tuple(map(_identity, value))
    return value


@contextmanager
def remembered() -> Iterator[None]:
    memory = _Memory()
    per_key = SummaryTable.per_key
    with ExitStack() as stack:
        for where, name, replacement in (
            (SummaryTable, "decode", memory.of(SummaryTable.decode)),
            (SummaryTable, "merge", memory.of(SummaryTable.merge)),
            (SummaryTable, "rekey", memory.of(SummaryTable.rekey)),
            (SummaryTable, "encode", memory.of(SummaryTable.encode)),
            (SummaryTable, "split", memory.of(SummaryTable.split)),
            (SummaryTable, "per_key", memory.of(lambda table: list(per_key(table)))),
        ):
            is_class_function = name in ("decode", "merge")
            stack.enter_context(
                patch.object(where, name, staticmethod(replacement) if is_class_function else replacement)
            )
        for function in (limited, group_keys, into_overflow):
            stack.enter_context(patch(f"functions.rollup.publish.{function.__name__}", memory.of(function)))
        yield
