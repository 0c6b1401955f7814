"""What the mirror is told by its environment."""

from datetime import timedelta
from os import environ
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, Json, PositiveInt


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    closed_window_table: str = Field(alias="CLOSED_WINDOW_TABLE", min_length=1)
    rollup_table: str = Field(alias="ROLLUP_TABLE", min_length=1)
    look_table: str = Field(alias="LOOK_TABLE", min_length=1)
    patience_seconds: PositiveInt = Field(alias="PATIENCE_SECONDS")
    groupings: Json[tuple[tuple[str, ...], ...]] = Field(alias="GROUPINGS")
    engine: Literal["influxdb", "live-analytics"] = Field(alias="TIMESTREAM")
    database: str = Field(alias="TIMESTREAM_DATABASE", min_length=1)
    url: str = Field("", alias="INFLUX_URL")
    secret: str = Field("", alias="INFLUX_SECRET")

    @property
    def patience(self) -> timedelta:
        return timedelta(seconds=self.patience_seconds)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
