"""What the name of an instrumentation tells of its spans, where their attributes do not."""

from collections.abc import Mapping
from typing import Any, Final

from functions.ingestion.dialects.kinds import OTHER, kind_named
from functions.ingestion.dialects.values import name_of

CACHE_APART: Final = frozenset(("openlit.instrumentation.anthropic", "openlit.instrumentation.bedrock"))
"""These pass on the input of a provider that counts cached and written tokens beside it, and tell of no sum."""
_BARE_FAILURES: Final = "openlit.instrumentation."
"""These tell of a call that failed by the name of its span alone."""
_OPERATION_RANK: Final = 2


def told_by_name(scope: str, name: str) -> Mapping[str, Any]:
    """The facts in the name of a span that failed and has no attributes.

    >>> told_by_name("openlit.instrumentation.anthropic", "chat claude-sonnet-4-5")["request_model"]
    'claude-sonnet-4-5'
    """
    operation, _, model = name.partition(" ")
    kind = kind_named(operation, _OPERATION_RANK)
    if not scope.startswith(_BARE_FAILURES) or kind == OTHER:
        return {}
    told = {"kind": kind, "provider": scope.removeprefix(_BARE_FAILURES), "request_model": name_of(model)}
    return {fact: value for fact, value in told.items() if value}
