"""The few forms that generated pages are made of."""

from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""A table, whose cells may hold anything but must be lines.

    >>> print(table(["field", "means"], [["`a`", "this | that"]]), end="")
    | field | means |
    |---|---|
    | `a` | this \| that |
    <BLANKLINE>
    """
    return _line(head) + "|---" * len(head) + "|\n" + "".join(map(_line, rows)) + "\n"


def heading(level: int, text: str, anchor: str | None = None) -> str:
    return f"{'#' * level} {text}{f' {{ #{anchor} }}' if anchor else ''}\n\n"


def paragraph(text: str) -> str:
    return f"{text.strip()}\n\n" if text.strip() else ""


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(map(_cell, cells))} |\n"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
