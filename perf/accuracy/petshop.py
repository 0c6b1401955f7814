"""Whether the true cause of an incident is named: `python -m perf.accuracy.petshop DIR`.

DIR is the PetShop data set (Hardt et al., 2023, arXiv:2311.04806): a micro-service system with faults injected in one
service. A group of cases counts if it has both a call graph and a normal period (the temporal groups have none, and
are named as skipped, as in the published figures on 52 cases). A case counts as found if the true service is the first
suspect, or among the first three. The ranking has no parameter that was fitted: the terms are weighed alike. It was
looked at on the 16 cases of the training part, which all have the same true service, and on latencies and errors that
were injected into the normal period at services drawn at random and passed on to their callers.
"""

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from shared.incidents.ranking import Symptoms, rank_causes

Series = dict[tuple[str, str, str], list[float]]
HEADER_ROWS = 4


@dataclass(frozen=True, slots=True)
class Case:
    group: str
    components: list[str]
    symptoms: Symptoms
    cause: str

    def rank(self) -> int:
        """The place of the true cause, from 0; behind all if it is no suspect."""
        suspects = [self.components[suspect.component] for suspect in rank_causes(self.symptoms)]
        return suspects.index(self.cause) if self.cause in suspects else len(self.components)


def measure(directory: Path) -> dict[str, object]:
    groups = [path for path in sorted(directory.iterdir()) if (path / "graph.csv").exists()]
    counted = [group for group in groups if (group / "noissue" / "metrics.csv").exists()]
    ranks: dict[str, list[int]] = {}
    for group in counted:
        for case in cases_of(group):
            ranks.setdefault(case.group, []).append(case.rank())
    return {
        **_shares([rank for group in ranks.values() for rank in group]),
        "groups": {group: _shares(ranks[group]) for group in sorted(ranks)},
        "skipped": [group.name for group in groups if group not in counted],
    }


def cases_of(group: Path) -> Iterator[Case]:
    usual, callees = _series(group / "noissue" / "metrics.csv"), _callees(group / "graph.csv")
    for described in sorted(group.glob("*/*/target.json")):
        yield _case(group.name, described, usual, callees)


def _case(group: str, described: Path, usual: Series, callees: dict[str, set[str]]) -> Case:
    case = json.loads(described.read_text())
    incident = _series(described.with_name("metrics.csv"))
    components = sorted({component for component, _, _ in usual.keys() | incident.keys()})
    metric = case["target"]["metric"]
    symptoms = Symptoms(
        usual=_matrix(usual, components, metric),
        incident=_matrix(incident, components, metric),
        volume=_matrix(incident, components, "requests"),
        callees=np.array([[callee in callees.get(caller, ()) for callee in components] for caller in components]),
        target=components.index(case["target"]["node"]),
    )
    return Case(f"{group}/{metric}", components, symptoms, case["root_cause"]["node"])


def _series(path: Path) -> Series:
    """The columns of a file: (service, metric, statistic), one value each five minutes; empty is not measured."""
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    values = [[float(value) if value else np.nan for value in row[1:]] for row in rows[HEADER_ROWS:]]
    names = zip(rows[0][1:], rows[1][1:], rows[2][1:], strict=True)
    return {name: list(column) for name, column in zip(names, zip(*values, strict=True), strict=True)}


def _callees(path: Path) -> dict[str, set[str]]:
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    names = rows[0][1:]
    return {row[0]: {name for name, called in zip(names, row[1:], strict=True) if float(called)} for row in rows[1:]}


def _matrix(series: Series, components: list[str], metric: str) -> NDArray[np.float64]:
    """[components, windows], larger is worse: availability becomes the share of calls that failed, in percent."""
    windows = len(next(iter(series.values())))
    statistic = "Sum" if metric == "requests" else "Average"
    unknown = [np.nan] * windows
    values = np.array([series.get((component, metric, statistic), unknown) for component in components])
    return 100 - values if metric == "availability" else values


def _shares(ranks: list[int]) -> dict[str, float | int]:
    places = np.array(ranks)
    return {"top1": round(float((places < 1).mean()), 3), "top3": round(float((places < 3).mean()), 3), "n": len(ranks)}


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m perf.accuracy.petshop DIR")
    print(json.dumps(measure(Path(sys.argv[1]))))
