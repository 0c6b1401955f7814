"""Answers as files: one row for each series and window."""

import csv
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO, StringIO
from typing import Any, Final

import numpy as np

from shared.errors import RejectedRequestError

Json = dict[str, Any]
Columns = dict[str, list[Any]]
MOST_BYTES: Final = 4_400_000
"""In base64, what Lambda may answer: 6 MB."""
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_NUMBERS: Final = ("value", "previous")
_DESCRIBED: Final = ("start", "end", "final_until")


@dataclass(frozen=True, slots=True)
class Format:
    """What is no text reaches only who accepts it, as the gateway has it: `Accept: */*` will do."""

    content_type: str
    write: Callable[[Json], bytes]
    is_text: bool = False


def file_of(answer: Json, format_: Format) -> bytes:
    """RejectedRequestError 400 `too_much` if it is more than one answer may be."""
    file = format_.write(answer)
    if len(file) > MOST_BYTES:
        why = "this is too much for one file: ask fewer series or windows"
        raise RejectedRequestError(400, "too_much", why, {"queries": why})
    return file


def csv_of(answer: Json) -> bytes:
    """No cell is a formula to a spreadsheet; what is not known is empty."""
    columns = _columns(answer)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(zip(*(_cells(name, values) for name, values in columns.items()), strict=True))
    return text.getvalue().encode()


def parquet_of(answer: Json) -> bytes:
    """`start` in UTC milliseconds, numbers as doubles, all else as texts; what is not known is null. What it is of, and
    until when windows are closed, stands in the file's metadata.
    """
    from arro3.core import Table  # noqa: PLC0415 (a layer that no other answer needs)
    from arro3.io import write_parquet  # noqa: PLC0415

    columns = _columns(answer)
    table = Table.from_arrays([_array(name, values) for name, values in columns.items()], names=list(columns))
    described = {
        **{name: answer[name].isoformat() for name in _DESCRIBED},
        "resolution": answer["resolution"],
        "expressions": json.dumps({result["name"]: result["expression"] for result in answer["results"]}),
    }
    file = BytesIO()
    write_parquet(table, file, compression="zstd(3)", key_value_metadata=described)
    return file.getvalue()


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format("text/csv; charset=utf-8", csv_of, is_text=True),
    "parquet": Format("application/vnd.apache.parquet", parquet_of),
}


def _columns(answer: Json) -> Columns:
    """By name and in order: query, the dimensions of all series, start, value, previous (if it was asked for) and unit."""
    results: Sequence[Json] = answer["results"]
    dimensions = dict.fromkeys(
        name for result in results for series in result["series"] for name in series["dimensions"]
    )
    previous = ("previous",) if answer["previous_start"] else ()
    columns: Columns = {name: [] for name in ("query", *dimensions, "start", "value", *previous, "unit")}
    for result in results:
        for series in result["series"]:
            known = dict.fromkeys(dimensions) | series["dimensions"]
            texts = {"query": result["name"], **known, "unit": result["unit"]}
            for name, text in texts.items():
                columns[name] += [_text(text)] * len(result["starts"])
            columns["start"] += result["starts"]
            columns["value"] += map(_number, series["values"])
            for name in previous:
                columns[name] += map(_number, series[name]["values"])
    return columns


def _text(value: str | bool | None) -> str | None:
    return str(value).lower() if isinstance(value, bool) else value


def _number(value: float | None) -> float | None:
    return None if value is None or value != value else value  # noqa: PLR0124 (NaN)


def _cells(name: str, values: Sequence[Any]) -> Iterable[Any]:
    if name == "start":
        return (f"{start:%Y-%m-%dT%H:%M:%SZ}" for start in values)
    return values if name in _NUMBERS else map(_plain, values)


def _plain(text: str | None) -> str:
    """A text that begins like a formula is quoted, as OWASP advises."""
    return f"'{text}" if text and text.startswith(_FORMULA_STARTS) else text or ""


def _array(name: str, values: Sequence[Any]) -> Any:
    from arro3.core import Array, DataType  # noqa: PLC0415

    if name == "start":
        return Array.from_numpy(_milliseconds(values)).cast(DataType.timestamp("ms", tz="UTC"))
    return Array(values, DataType.float64() if name in _NUMBERS else DataType.string())


def _milliseconds(times: Sequence[datetime]) -> np.ndarray[Any, np.dtype[np.int64]]:
    return np.fromiter((round(time.timestamp() * 1000) for time in times), np.int64, len(times))
