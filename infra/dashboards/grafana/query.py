"""One question to the mirror, in InfluxQL.

A measurement `window_<resolution>` has a point for each row: tags `tenant`, `grouping`, `measure` and the dimensions of the
grouping; fields `count`, `sum`, `min`, `max`, `p95` ... The groups of every grouping add up to the total, so sums are asked
of the grouping that the filters need. Quantiles do not add up: of several windows the worst is shown, of several groups
each.
"""

from dataclasses import dataclass
from enum import Enum

from grafana_foundation_sdk.cog.variants import Dataquery

DATASOURCE = {"type": "influxdb", "uid": "${datasource}"}
INTERVAL = "$__interval"
FILTERED = ("team", "model")
WHOLE = "total"


class Figure(Enum):
    """What is asked of the rows, exact over any number of windows unless it says otherwise."""

    SUM = 'sum("sum")'
    COUNT = 'sum("count")'
    MEAN = 'sum("sum") / sum("count")'
    """Of a measure that is 0 or 1: the share of ones."""
    HIGHEST = 'max("max")'
    P50 = 'max("median")'
    P95 = 'max("p95")'
    P99 = 'max("p99")'
    ROWS = 'count("count")'
    """How many rows there are: one for each group and window."""

    @property
    def adds_up(self) -> bool:
        """Over groups, so that it can be asked of those that the filters leave."""
        return self not in _OF_ONE_SERIES


_OF_ONE_SERIES = (Figure.P50, Figure.P95, Figure.P99, Figure.ROWS)


@dataclass(frozen=True, slots=True)
class Query(Dataquery):
    """`name` is the column or, without `by`, the line's name. `by` is a tag: a line or a row for each of its values.

    One that is `filtered` obeys the variables of team and model; measures that have neither are asked whole.
    """

    name: str
    measure: str
    figure: Figure = Figure.SUM
    by: str | None = None
    filtered: bool = False
    over_time: bool = True
    overflow: bool = False
    ref: str = "A"

    @property
    def grouping(self) -> str:
        """The rows that are asked: no fact is in two rows of one grouping."""
        if self.filtered and self.figure.adds_up:
            return "+".join(FILTERED)
        return self.by or WHOLE

    @property
    def text(self) -> str:
        return " ".join([self._select(), self._where(), *self._group_by()])

    def to_json(self) -> dict[str, object]:
        alias = f"$tag_{self.by}" if self.by else self.name
        return {
            "refId": self.ref,
            "datasource": DATASOURCE,
            "query": self.text,
            "rawQuery": True,
            "resultFormat": "time_series" if self.over_time else "table",
            **({"alias": alias} if self.over_time else {}),
        }

    def _select(self) -> str:
        return f'SELECT {self.figure.value} AS "{self.name}" FROM "window_$resolution"'  # noqa: S608 (of constants)

    def _where(self) -> str:
        conditions = ["\"tenant\" = '$tenant'", f"\"measure\" = '{self.measure}'"]
        if self.by != "grouping":
            conditions.append(f"\"grouping\" = '{self.grouping}'")
        if self.filtered:
            tags = self.grouping.split("+")
            conditions += [f'"{tag}" =~ /^${tag}$/' for tag in FILTERED if tag in tags]
        if self.overflow:
            conditions.append("\"overflow\" = 'true'")
        return f"WHERE {' AND '.join([*conditions, '$timeFilter'])}"

    def _group_by(self) -> list[str]:
        """Nothing seen is a gap, not a zero."""
        groups = [*([f"time({INTERVAL})"] if self.over_time else []), *([f'"{self.by}"'] if self.by else [])]
        return [f"GROUP BY {', '.join(groups)}", *(["fill(null)"] if self.over_time else [])] if groups else []
