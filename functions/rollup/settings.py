"""What rollup is told by its environment."""

from datetime import timedelta
from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, Json, PositiveInt

from shared.windows.groups import Grouping
from shared.windows.state import StateLayout


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    state_table: str = Field(alias="STATE_TABLE", min_length=1)
    state_layout: StateLayout = Field(alias="STATE_LAYOUT")
    closed_window_table: str = Field(alias="CLOSED_WINDOW_TABLE", min_length=1)
    rollup_table: str = Field(alias="ROLLUP_TABLE", min_length=1)
    partitions: PositiveInt = Field(alias="PARTITIONS")
    closing_delay_seconds: PositiveInt = Field(alias="CLOSING_DELAY_SECONDS")
    series_limit: PositiveInt = Field(alias="SERIES_LIMIT")
    groupings: Json[tuple[Grouping, ...]] = Field(alias="GROUPINGS")
    doorbell_queue: str = Field("", alias="DOORBELL_QUEUE")

    @property
    def closing_delay(self) -> timedelta:
        return timedelta(seconds=self.closing_delay_seconds)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
