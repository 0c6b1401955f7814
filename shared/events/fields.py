"""The kinds of value a payload may hold, with their bounds; a value outside is refused at the door.

A number that becomes a measure is stored as an integer at a fixed scale, of at most 2^48 (shared/measures), so each kind
has the largest value that fits. NaN and infinity are not JSON and never get here; below zero nothing here has a meaning.
"""

import re
from typing import Annotated

from msgspec import Meta

LARGEST_STORED = 2**48

Name = Annotated[str, Meta(min_length=1, max_length=256)]
"""An identifier or a dimension's value."""
Text = Annotated[str, Meta(max_length=8192)]
"""What people read: a description, a reason."""
Names = Annotated[list[Name], Meta(max_length=256)]
Texts = Annotated[list[Annotated[str, Meta(max_length=1024)]], Meta(max_length=256)]

Milliseconds = Annotated[float, Meta(ge=0, le=LARGEST_STORED // 1_000)]
Usd = Annotated[float, Meta(ge=0, le=LARGEST_STORED // 1_000_000_000)]
"""The cost of one event, kept to the nano-dollar: at most $281,474."""
BudgetUsd = Annotated[float, Meta(ge=0, le=LARGEST_STORED // 1_000_000)]
"""An invoice or a budget, kept to the micro-dollar: at most $281 million."""
Tokens = Annotated[int, Meta(ge=0, le=2**32 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**32 - 1)]
LargeCount = Annotated[int, Meta(ge=0, le=2**47)]
Quantity = Annotated[float, Meta(ge=0, le=LARGEST_STORED // 1_000_000)]
"""A rate, a share, a score: anything kept to six decimal places."""
MetricName = Annotated[str, Meta(max_length=64, pattern=r"\A[A-Za-z0-9_.-]+\Z")]
Percent = Annotated[float, Meta(ge=0, le=100)]
ReadOnlyUsd = Annotated[float | None, Meta(extra_json_schema={"readOnly": True})]
ReadOnlyName = Annotated[str | None, Meta(extra_json_schema={"readOnly": True})]

_WORD = re.compile(r"(?<!^)(?=[A-Z])")


def wire_tag(class_name: str) -> str:
    """How a payload's class is called on the wire.

    >>> wire_tag("ErrorRate")
    'error_rate'
    """
    return _WORD.sub("_", class_name).lower()
