"""The files import into Grafana as they are, and say what they show."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.dashboards.grafana.__main__ import DASHBOARDS, written
from shared.measures.measure import MEASURES
from shared.windows.groups import GROUPINGS, grouping_name

COLUMNS = 24
UNITS = {"short", "currencyUSD", "ms", "percentunit", "percent"}
EVERY_DASHBOARD = pytest.mark.parametrize("made", DASHBOARDS, ids=lambda made: made.__name__)

Made = Callable[[], Dashboard]


def read(made: Made) -> dict[str, Any]:
    built: dict[str, Any] = json.loads(written(made()))
    return built


def panels(made: Made) -> list[dict[str, Any]]:
    return [panel for panel in read(made)["panels"] if panel.get("targets")]


def targets(made: Made) -> Iterator[dict[str, Any]]:
    return (target for panel in panels(made) for target in panel["targets"])


@EVERY_DASHBOARD
def test_it_follows_the_schema_to_the_last_field(made: Made) -> None:
    register_default_plugins()

    again = Dashboard.from_json(read(made))

    assert json.loads(written(again)) == read(made)
    assert read(made)["schemaVersion"] >= 36


@EVERY_DASHBOARD
def test_it_needs_no_more_than_a_data_source_that_is_chosen_at_the_top(made: Made) -> None:
    variables = {variable["name"]: variable for variable in read(made)["templating"]["list"]}

    assert variables["datasource"]["query"] == "influxdb"
    assert {target["datasource"]["uid"] for target in targets(made)} == {"${datasource}"}
    assert "id" not in read(made)


@EVERY_DASHBOARD
def test_every_variable_that_is_chosen_is_used_and_every_one_that_is_used_can_be_chosen(made: Made) -> None:
    offered = {variable["name"] for variable in read(made)["templating"]["list"]} - {"datasource"}
    queries = " ".join(target["query"] for target in targets(made))

    assert {name for name in ("tenant", "resolution", "team", "model") if f"${name}" in queries} == offered


@EVERY_DASHBOARD
def test_every_panel_has_a_title_of_its_own_a_unit_and_a_word_on_what_it_shows(made: Made) -> None:
    titles = [panel["title"] for panel in panels(made)]

    assert len(titles) == len(set(titles))
    for panel in panels(made):
        assert panel["description"].endswith(".")
        assert panel["fieldConfig"]["defaults"]["unit"] in UNITS


@EVERY_DASHBOARD
def test_panels_stand_beside_and_below_each_other(made: Made) -> None:
    every = read(made)["panels"]
    taken = [
        (column, row)
        for place in (panel["gridPos"] for panel in every)
        for column in range(place["x"], place["x"] + place["w"])
        for row in range(place["y"], place["y"] + place["h"])
    ]

    assert len(taken) == len(set(taken))
    assert max(column for column, _ in taken) < COLUMNS
    assert len({panel["id"] for panel in every}) == len(every)


@EVERY_DASHBOARD
def test_it_asks_for_measures_and_groupings_that_the_hub_keeps(made: Made) -> None:
    kept = {grouping_name(grouping) for grouping in GROUPINGS}

    for target in targets(made):
        conditions = dict(
            part.split(" = ") for part in target["query"].split(" AND ") if part.startswith('"') and " = " in part
        )
        assert conditions['"measure"'].strip("'") in MEASURES
        assert conditions.get('"grouping"', "'total'").strip("'") in kept


@EVERY_DASHBOARD
def test_what_is_drawn_over_time_has_no_interval_that_is_narrower_than_the_windows(made: Made) -> None:
    for panel in panels(made):
        over_time = any("$__interval" in target["query"] for target in panel["targets"])
        assert panel.get("interval") == ("$resolution" if over_time else None)


def test_dashboards_keep_their_identity_and_lead_to_each_other() -> None:
    built = [read(made) for made in DASHBOARDS]

    assert len({dashboard["uid"] for dashboard in built}) == len(DASHBOARDS)
    assert all(len(dashboard["uid"]) <= 40 for dashboard in built)
    assert all(dashboard["links"][0]["tags"] == dashboard["tags"] for dashboard in built)
