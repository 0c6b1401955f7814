"""Answers as files: one row for each series and window."""

import csv
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any, Final

Json = dict[str, Any]
CSV: Final = "text/csv; charset=utf-8"
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


def csv_of(answer: Json) -> str:
    """Columns: query, the dimensions of all series, start, value, unit. No cell is a formula to a spreadsheet."""
    dimensions = _dimensions(answer["results"])
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["query", *dimensions, "start", "value", "unit"])
    writer.writerows(_rows(answer["results"], dimensions))
    return text.getvalue()


def _rows(results: Sequence[Json], dimensions: Sequence[str]) -> Iterator[list[Any]]:
    for result in results:
        starts = [f"{start:%Y-%m-%dT%H:%M:%SZ}" for start in result["starts"]]
        for series in result["series"]:
            named = [_plain(result["name"]), *(_plain(series["dimensions"].get(name)) for name in dimensions)]
            for start, value in zip(starts, series["values"], strict=True):
                yield [*named, start, "" if value is None or value != value else value, result["unit"] or ""]  # noqa: PLR0124 (NaN)


def _dimensions(results: Sequence[Json]) -> list[str]:
    return list(
        dict.fromkeys(name for result in results for series in result["series"] for name in series["dimensions"])
    )


def _plain(value: Any) -> str:
    """A text that begins like a formula is quoted, as OWASP advises."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
