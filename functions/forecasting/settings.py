"""What forecasting is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    closed_window_table: str = Field(alias="CLOSED_WINDOW_TABLE", min_length=1)
    rollup_table: str = Field(alias="ROLLUP_TABLE", min_length=1)
    forecast_table: str = Field(alias="FORECAST_TABLE", min_length=1)
    budget_table: str = Field(alias="BUDGET_TABLE", min_length=1)
    forecast_queue: str = Field(alias="FORECAST_QUEUE", min_length=1)
    event_bus: str = Field(alias="EVENT_BUS", min_length=1)
    console_url: str = Field(alias="CONSOLE_URL", min_length=1)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
