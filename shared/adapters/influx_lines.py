"""Points as InfluxDB's line protocol, and its rows named in InfluxQL.

Grammar: https://docs.influxdata.com/influxdb/v1/write_protocols/line_protocol_reference/ , which InfluxDB 2 and 3 share.
A measurement for each resolution (`window_1m`); tags: tenant, grouping, measure and the group's dimensions; fields:
count, version (integers) and the statistics; time: the window's start in seconds.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from shared.mirror.points import Points, dimensions_of
from shared.windows.window import Window

_ESCAPES: Final = str.maketrans({",": "\\,", "=": "\\=", " ": "\\ ", "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_QUOTES: Final = str.maketrans({"'": "\\'", "\\": "\\\\"})


def measurement_of(window: Window) -> str:
    return f"window_{window.resolution.value}"


def lines_of(points: Points) -> Iterator[str]:
    """A line for each point."""
    series = {key: _tags(dimensions_of(key)) for key in set(points.keys)}
    measurement, start = measurement_of(points.window), int(points.window.start.timestamp())
    fields = zip(*points.values.values(), strict=True)
    form = ",".join(f"{name}=%r" for name in points.values)
    for key, measure, count, values in zip(points.keys, points.measures, points.counts, fields, strict=True):
        yield (
            f"{measurement},{series[key]},measure={_escaped(measure)} "
            f"count={count}i,version={points.version}i,{form % values} {start}"
        )


def older_rows(window: Window, version: int) -> str:
    """SELECT of the rows of a window that have an older version; each is grouped by its tags."""
    where = f'{_at(window)} AND "version" < {version}'
    return f'SELECT "version" FROM "{measurement_of(window)}" WHERE {where} GROUP BY *'  # noqa: S608 (only numbers)


def delete_row(window: Window, tags: Mapping[str, str]) -> str:
    """DELETE of the row with these tags, as `older_rows` finds them: a tag that it does not have is empty."""
    which = "".join(f" AND \"{name}\" = '{value.translate(_QUOTES)}'" for name, value in tags.items())
    return f'DELETE FROM "{measurement_of(window)}" WHERE {_at(window)}{which}'  # noqa: S608 (values are quoted)


def _at(window: Window) -> str:
    return f"time = {int(window.start.timestamp())}s"


def _tags(dimensions: Mapping[str, str]) -> str:
    return ",".join(f"{name}={_escaped(value)}" for name, value in dimensions.items())


def _escaped(text: str) -> str:
    """A tag cannot be empty, span lines, or end in a backslash, which would escape what follows."""
    escaped = text.translate(_ESCAPES) or '""'
    return f"{escaped}\\ " if escaped.endswith("\\") else escaped
