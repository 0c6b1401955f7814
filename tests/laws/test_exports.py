"""What is exported comes back through other readers as it was answered."""

import csv
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from math import isnan
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings, strategies as st

from functions.query import exporting
from functions.query.exporting import FORMATS, Format, file_of
from shared.errors import RejectedRequestError

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
TYPES = {"start": "timestamp[ms, tz=UTC]", "value": "double", "previous": "double"}

numbers = st.none() | st.floats(allow_infinity=False)
dimensions = st.dictionaries(st.sampled_from(["model", "team", "others"]), st.none() | st.booleans() | st.text())


@st.composite
def answers(draw: st.DrawFn) -> dict[str, Any]:
    """As `Analysis.answer` gives them."""
    compares = draw(st.booleans())
    results = [_result(draw, compares=compares) for _ in range(draw(st.integers(1, 3)))]
    return {
        "start": NOON,
        "end": NOON + WINDOW,
        "resolution": "15m",
        "final_until": NOON,
        "previous_start": NOON - WINDOW if compares else None,
        "results": results,
    }


def _result(draw: st.DrawFn, *, compares: bool) -> dict[str, Any]:
    windows = draw(st.integers(0, 4))
    values = st.lists(numbers, min_size=windows, max_size=windows)
    series = [
        {
            "dimensions": draw(dimensions),
            "values": draw(values),
            "previous": {"values": draw(values), "total": None} if compares else None,
        }
        for _ in range(draw(st.integers(0, 3)))
    ]
    unit = draw(st.sampled_from(["USD", None]))
    return {
        "name": draw(st.text()),
        "expression": "sum(requests)",
        "unit": unit,
        "starts": [NOON + n * WINDOW for n in range(windows)],
        "series": series,
    }


@given(answers())
@settings(deadline=None)
def test_parquet_comes_back_with_its_types_and_range(answer: dict[str, Any]) -> None:
    file = pq.ParquetFile(BytesIO(file_of(answer, FORMATS["parquet"])))
    table = file.read()

    assert list(map(_filled, table.to_pylist())) == rows(answer)
    assert {field.name: str(field.type) for field in table.schema} == {
        name: TYPES.get(name, "string") for name in table.column_names
    }
    assert set(json.loads(file.metadata.metadata[b"expressions"]).values()) == {"sum(requests)"}
    assert file.metadata.metadata[b"final_until"] == b"2026-11-22T12:00:00+00:00"


@given(answers())
@settings(deadline=None)
def test_csv_comes_back_and_no_cell_is_a_formula(answer: dict[str, Any]) -> None:
    text = file_of(answer, FORMATS["csv"]).decode()
    found = list(csv.DictReader(StringIO(text, newline="")))

    assert [(row["value"], row["unit"]) for row in found] == [
        ("" if row["value"] is None else str(row["value"]), row["unit"] or "") for row in rows(answer)
    ]
    assert [row["start"] for row in found] == [f"{row['start']:%Y-%m-%dT%H:%M:%SZ}" for row in rows(answer)]
    assert not any(row["query"].startswith(("=", "+", "-", "@")) for row in found)


def test_a_file_larger_than_an_answer_may_be_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "MOST_BYTES", 10)

    with pytest.raises(RejectedRequestError) as refused:
        file_of({}, Format("text/plain", lambda _: b"eleven bytes"))

    assert refused.value.code == "too_much"


def rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        _filled(
            {
                "query": result["name"],
                **{name: _text(value) for name, value in series["dimensions"].items()},
                "start": start,
                "value": _number(series["values"][place]),
                **({"previous": _number(series["previous"]["values"][place])} if series["previous"] else {}),
                "unit": result["unit"],
            }
        )
        for result in answer["results"]
        for series in result["series"]
        for place, start in enumerate(result["starts"])
    ]


def _filled(row: dict[str, Any]) -> dict[str, Any]:
    """With every dimension that a series can have."""
    return dict.fromkeys(("model", "team", "others")) | row


def _text(value: str | bool | None) -> str | None:
    return ("false", "true")[value] if isinstance(value, bool) else value


def _number(value: float | None) -> float | None:
    return None if value is None or isnan(value) else value
