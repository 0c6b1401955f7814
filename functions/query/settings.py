"""What query is told by its environment."""

from datetime import timedelta
from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, Json, PositiveInt

from shared.observability.origins import Origins
from shared.windows.groups import grouping_name
from shared.windows.state import StateLayout


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    state_table: str = Field(alias="STATE_TABLE", min_length=1)
    state_layout: StateLayout = Field(alias="STATE_LAYOUT")
    closed_window_table: str = Field(alias="CLOSED_WINDOW_TABLE", min_length=1)
    rollup_table: str = Field(alias="ROLLUP_TABLE", min_length=1)
    anomaly_table: str = Field(alias="ANOMALY_TABLE", min_length=1)
    detection_table: str = Field(alias="DETECTION_TABLE", min_length=1)
    event_bus: str = Field(alias="EVENT_BUS", min_length=1)
    console_url: str = Field(alias="CONSOLE_URL")
    incident_table: str = Field(alias="INCIDENT_TABLE", min_length=1)
    correlation_table: str = Field(alias="CORRELATION_TABLE", min_length=1)
    event_index_table: str = Field(alias="EVENT_INDEX_TABLE", min_length=1)
    forecast_table: str = Field(alias="FORECAST_TABLE", min_length=1)
    budget_table: str = Field(alias="BUDGET_TABLE", min_length=1)
    price_table: str = Field(alias="PRICE_TABLE", min_length=1)
    refusal_table: str = Field(alias="REFUSAL_TABLE", min_length=1)
    document_table: str = Field(alias="DOCUMENT_TABLE", min_length=1)
    audit_table: str = Field(alias="AUDIT_TABLE", min_length=1)
    live_table: str = Field(alias="LIVE_TABLE", min_length=1)
    live_url: str = Field(alias="LIVE_URL")
    partitions: PositiveInt = Field(alias="PARTITIONS")
    closing_delay_seconds: PositiveInt = Field(alias="CLOSING_DELAY_SECONDS")
    series_limit: PositiveInt = Field(alias="SERIES_LIMIT")
    groupings: Json[tuple[tuple[str, ...], ...]] = Field(alias="GROUPINGS")
    allowed_origins: str = Field(default="", alias="ALLOWED_ORIGINS")

    @property
    def grouping_names(self) -> frozenset[str]:
        return frozenset(map(grouping_name, self.groupings))

    @property
    def closing_delay(self) -> timedelta:
        return timedelta(seconds=self.closing_delay_seconds)

    @property
    def origins(self) -> Origins:
        """Whose pages may use the API."""
        return Origins.of(self.allowed_origins)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
