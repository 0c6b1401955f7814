"""Every query of every panel finds, in a real InfluxDB, the number that the single observations come to.

Grafana itself is not here: its variables are put in as its data source for InfluxQL does.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from aws_lambda_powertools import Logger

from infra.dashboards.grafana.__main__ import DASHBOARDS, write, written
from infra.dashboards.grafana.variables import TENANTS, values_of
from shared.adapters.influx import InfluxMirror
from tests.builders.influx import DATABASE, Influxd, influxd
from tests.builders.mirrored import GROUPINGS, SPAN, STARTS, Observation, afternoon, points_of

pytestmark = pytest.mark.network

WINDOW = 300
INTERVAL = 900
FROM, TO = STARTS + 600, STARTS + SPAN - 700
"""Neither the first windows nor the last: what is outside must not be counted."""
EXPECTED: Mapping[str, Mapping[str, str]] = {
    "overview": {
        "Cost": "sum computed_cost_usd",
        "Requests": "sum requests",
        "Tokens in": "sum input_tokens",
        "Tokens out": "sum output_tokens",
        "Failed": "mean errors",
        "Mean latency": "mean latency_ms",
        "Requests by model": "sum requests by model",
        "Cost by team": "sum computed_cost_usd by team",
        "Tokens": "sum input_tokens; sum output_tokens",
        "Tokens cached and reasoned": "sum cached_input_tokens; sum reasoning_tokens",
        "Latency": "p50 latency_ms; p95 latency_ms; p99 latency_ms",
        "Latency by model, p95": "p95 latency_ms by model",
        "Time to first token by model, p95": "p95 ttft_ms by model",
        "Failed by model": "mean errors by model",
        "Models": (
            "sum requests by model; sum computed_cost_usd by model; mean computed_cost_usd by model; "
            "mean errors by model; mean latency_ms by model; highest latency_ms by model"
        ),
    },
    "cost": {
        "Computed": "sum computed_cost_usd",
        "Reported": "sum reported_cost_usd",
        "A request costs": "mean computed_cost_usd",
        "The dearest request": "highest computed_cost_usd",
        "Unpriced requests": "sum unpriced_requests",
        "Fullest budget": "highest budget_used_percent",
        "By model": "sum computed_cost_usd by model",
        "By team": "sum computed_cost_usd by team",
        "Models": "sum computed_cost_usd by model",
        "Providers": "sum computed_cost_usd by provider",
        "Environments": "sum computed_cost_usd by environment",
        "Computed and reported": "sum computed_cost_usd; sum reported_cost_usd",
        "Invoices and resources": "sum api_cost_usd; sum resource_cost_usd",
        "Cost of a request by model": "mean computed_cost_usd by model",
        "Unpriced requests by model": "sum unpriced_requests by model",
        "Teams": (
            "sum computed_cost_usd by team; sum reported_cost_usd by team; sum requests by team; "
            "mean computed_cost_usd by team; sum input_tokens by team; sum output_tokens by team"
        ),
    },
    "security": {
        "Threats": "sum threats",
        "Critical threats": "sum critical_threats",
        "Blocked": "mean blocked_threats",
        "Vulnerabilities": "sum vulnerabilities",
        "Worst vulnerability": "highest vulnerability_severity",
        "Failed logins": "mean auth_failures",
        "Threats over time": "sum threats; sum critical_threats; sum blocked_threats",
        "By module": "sum threats by source_module",
        "By environment": "sum threats by environment",
        "Logins and attempts": "sum auth_events; sum auth_failures",
        "Failed logins by module": "mean auth_failures by source_module",
        "Vulnerabilities over time": "sum vulnerabilities; sum critical_vulnerabilities",
        "Violations of regulations": "sum compliance_violations by source_module",
    },
    "governance": {
        "Policy violations": "sum policy_violations",
        "Critical ones": "sum critical_policy_violations",
        "Put right by themselves": "mean remediated_policy_violations",
        "Failed checks": "mean failed_compliance_checks",
        "Mean score": "mean compliance_score",
        "Without consent": "sum unconsented_privacy_operations",
        "Policy violations over time": (
            "sum policy_violations; sum critical_policy_violations; sum remediated_policy_violations"
        ),
        "Compliance checks": "sum compliance_checks; sum failed_compliance_checks",
        "Violations by module": "sum policy_violations by source_module",
        "Violations by environment": "sum policy_violations by environment",
        "Score of checks by module": "mean compliance_score by source_module",
        "Personal data": "sum privacy_operations; sum unconsented_privacy_operations",
        "Trail": "sum audit_records by source_module",
        "Lineage": "sum data_operations by source_module",
    },
    "pipeline": {
        "Events": "sum events",
        "Windows": "rows events",
        "LLM calls": "sum requests",
        "Unpriced": "sum unpriced_requests",
        "Custom events": "sum custom_events",
        "Failed calls": "sum errors",
        "Events by module": "sum events by source_module",
        "Modules": "sum events by source_module",
        "Environments": "sum events by environment",
        "Error rates that modules report": "mean error_rate_percent by source_module",
        "Events by grouping": "sum events by grouping",
        "Rows by grouping": "rows events by grouping",
        "Events over the limit": "over events by grouping",
        "Queues before the models, p95": "p95 queue_time_ms",
    },
}
UNFILTERED = {"provider", "environment"}
"""Panels by these show all teams and models, and so do percentiles, and what teams and models do not have."""

MEASURE = attrgetter("measure")
Chosen = Mapping[str, Any]
Found = dict[tuple[str, int], float]
EVERYTHING: Chosen = {"tenant": "acme", "resolution": "5m", "team": None, "model": None}
SOME: Chosen = {**EVERYTHING, "team": ["search", "help desk"], "model": ["gpt-4o", "meta/llama-3.1"]}


@dataclass(frozen=True)
class Asked:
    """A query of a panel, and what it should come to."""

    place: str
    target: Mapping[str, Any]
    figure: str
    measure: str
    by: str

    @property
    def is_over_time(self) -> bool:
        return bool(self.target["resultFormat"] == "time_series")


def panels(made: Callable[[], Any]) -> list[dict[str, Any]]:
    built = json.loads(written(made()))
    return [panel for panel in built["panels"] if panel.get("targets")]


def asked() -> Iterator[Asked]:
    for made in DASHBOARDS:
        for panel in panels(made):
            wanted = EXPECTED[made.__name__][panel["title"]].split("; ")
            for number, (target, words) in enumerate(zip(panel["targets"], wanted, strict=True)):
                figure, measure, *by = words.replace(" by ", " ").split()
                yield Asked(f"{made.__name__}/{panel['title']}/{number}", target, figure, measure, by[0] if by else "")


OBSERVED: Mapping[str, list[Observation]] = {
    measure: list(seen) for measure, seen in groupby(sorted(afternoon(), key=MEASURE), key=MEASURE)
}
ASKED = {each.place: each for each in asked()}


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Influxd]:
    with influxd(tmp_path_factory.mktemp("influxdb")) as server:
        mirror = InfluxMirror(server.url, DATABASE, lambda: {"token": "t"}, Logger(service="test"))
        for points in points_of(afternoon()):
            assert mirror.put(points) == 0
        yield server


def interpolated(query: str, chosen: Chosen) -> str:
    """As Grafana does: values of a variable that takes several are alternatives of a regular expression."""
    values = {"timeFilter": f"time >= {FROM}000ms and time <= {TO}000ms", "__interval": f"{INTERVAL}s", **chosen}

    def value(found: re.Match[str]) -> str:
        given = values[found[1]]
        if given is None:
            return ".*"
        return given if isinstance(given, str) else f"({'|'.join(map(_escaped, given))})"

    return re.sub(r"\$(\w+)", value, query)


def _escaped(text: str) -> str:
    return re.sub(r"[\\^$*+?.()|\[\]{}/]", r"\\\g<0>", text)


def found(server: Influxd, each: Asked, chosen: Chosen) -> Found:
    """Values by the tag and by the beginning of the interval, if there is one."""
    answer = server.rows(interpolated(each.target["query"], chosen))
    return {
        (row.get(each.by, ""), row["time"] if each.is_over_time else 0): value
        for row in answer
        for name, value in row.items()
        if name not in {"time", each.by} and value is not None
    }


def expected(each: Asked, chosen: Chosen) -> Found:
    observations = [seen for seen in OBSERVED[each.measure] if _is_asked(seen, each, chosen)]
    if each.by == "grouping":
        return {
            (grouping, at): value
            for grouping in GROUPINGS
            for (_, at), value in _figures(observations, each, grouping).items()
        }
    return _figures(observations, each, each.by or "total")


def _is_asked(seen: Observation, each: Asked, chosen: Chosen) -> bool:
    start = seen.at // WINDOW * WINDOW
    if seen.tenant != chosen["tenant"] or not FROM <= start <= TO:
        return False
    tags = {"team", "model"} if _obeys_both(each) else {"model"} if each.by == "model" else set()
    return all(seen.dimensions.get(tag) in chosen[tag] for tag in tags if chosen[tag])


def _obeys_both(each: Asked) -> bool:
    by_name = each.place.startswith(("overview/", "cost/")) and each.by not in UNFILTERED
    is_of_all = each.measure in {"budget_used_percent", "api_cost_usd", "resource_cost_usd"}
    return by_name and not is_of_all and each.figure[0] != "p"


def _figures(observations: list[Observation], each: Asked, grouping: str) -> Found:
    """By the first value of the group: none, for what is over the limit and for what has none."""
    windows: dict[tuple[str, int], dict[Any, list[float]]] = defaultdict(lambda: defaultdict(list))
    for seen in observations:
        if each.figure == "over" and not seen.is_over(grouping):
            continue
        group = (seen.group(grouping), seen.is_over(grouping))
        shown = "" if each.by == "grouping" else _told(seen, each, grouping)
        bin_ = seen.at // WINDOW * WINDOW // INTERVAL * INTERVAL if each.is_over_time else 0
        windows[shown, bin_][group, seen.at // WINDOW].append(seen.value)
    return {key: FIGURES[each.figure](list(rows.values())) for key, rows in windows.items()}


def _told(seen: Observation, each: Asked, grouping: str) -> str:
    if grouping == "total":
        return ""
    over = _obeys_both(each) and seen.is_over("team+model")
    return "" if over else seen.group(grouping)[0] or ""


def _all(rows: list[list[float]]) -> list[float]:
    return [value for row in rows for value in row]


def _worst(percent: float) -> Callable[[list[list[float]]], float]:
    return lambda rows: max(float(np.percentile(row, percent)) for row in rows)


FIGURES: Mapping[str, Callable[[list[list[float]]], float]] = {
    "sum": lambda rows: sum(_all(rows)),
    "over": lambda rows: sum(_all(rows)),
    "mean": lambda rows: float(np.mean(_all(rows))),
    "highest": lambda rows: max(_all(rows)),
    "rows": len,
    "p50": _worst(50),
    "p95": _worst(95),
    "p99": _worst(99),
}


def test_every_panel_has_an_expectation_and_every_expectation_a_panel() -> None:
    shown = {made.__name__: [panel["title"] for panel in panels(made)] for made in DASHBOARDS}

    assert shown == {name: list(titles) for name, titles in EXPECTED.items()}


@pytest.mark.parametrize("chosen", [EVERYTHING, SOME], ids=["everything", "some"])
def test_every_query_finds_what_the_observations_come_to(mirror: Influxd, chosen: Chosen) -> None:
    for place, each in ASKED.items():
        wanted = expected(each, chosen)

        assert wanted, place
        assert found(mirror, each, chosen) == pytest.approx(wanted), place


def test_nothing_is_found_of_a_tenant_that_is_not_there(mirror: Influxd) -> None:
    assert not any(found(mirror, each, {**EVERYTHING, "tenant": "nobody"}) for each in ASKED.values())


def test_variables_offer_the_tenants_and_what_the_chosen_one_has(mirror: Influxd) -> None:
    def offered(query: str) -> list[str]:
        return [row["value"] for row in mirror.rows(interpolated(query, EVERYTHING))]

    assert offered(TENANTS) == ["acme", "other"]
    assert offered(values_of("team")) == ["help desk", "search"]
    assert offered(values_of("model")) == ["gpt-4o", "gpt-4o mini", "meta/llama-3.1", "our gpt-4o"]


def test_the_files_that_are_made_hold_these_dashboards(tmp_path: Path) -> None:
    assert [path.stem for path in write(tmp_path)] == list(EXPECTED)
