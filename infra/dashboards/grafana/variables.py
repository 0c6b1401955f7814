"""What is chosen at the top of every dashboard."""

from grafana_foundation_sdk.builders.dashboard import CustomVariable, DatasourceVariable, QueryVariable
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.dashboard import VariableOption, VariableRefresh, VariableSort

from infra.dashboards.grafana.query import DATASOURCE

Variable = CustomVariable | DatasourceVariable | QueryVariable
RESOLUTIONS = ("1m", "5m", "15m", "1h")
USUAL = "5m"
TENANTS = 'SHOW TAG VALUES FROM "window_$resolution" WITH KEY = "tenant"'
EVERYTHING = ".*"
"""What has no team or model is in it too: its tag is as good as empty."""


def variables(*, filtered: bool) -> list[Variable]:
    chosen: list[Variable] = [
        DatasourceVariable("datasource").label("Data source").type("influxdb"),
        _resolution(),
        _query("tenant", "Tenant", TENANTS),
    ]
    if filtered:
        chosen += [
            _query(tag, label, values_of(tag))
            .multi(multi=True)
            .include_all(include_all=True)
            .all_value(EVERYTHING)
            .current(_ALL)
            for tag, label in (("team", "Team"), ("model", "Model"))
        ]
    return chosen


def values_of(tag: str) -> str:
    return f'SHOW TAG VALUES FROM "window_$resolution" WITH KEY = "{tag}" WHERE "tenant" = \'$tenant\''


_ALL = VariableOption(selected=True, text=["All"], value=["$__all"])


def _resolution() -> CustomVariable:
    options = [VariableOption(selected=name == USUAL, text=name, value=name) for name in RESOLUTIONS]
    return (
        CustomVariable("resolution")
        .label("Windows of")
        .values(",".join(RESOLUTIONS))
        .options(options)
        .current(VariableOption(selected=True, text=USUAL, value=USUAL))
    )


def _query(name: str, label: str, query: str) -> QueryVariable:
    """Asked again when the time range changes."""
    return (
        QueryVariable(name)
        .label(label)
        .datasource(DataSourceRef(type_val=DATASOURCE["type"], uid=DATASOURCE["uid"]))
        .query(query)
        .definition(query)
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
    )
