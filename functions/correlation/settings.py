"""What correlation is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    correlation_table: str = Field(alias="CORRELATION_TABLE", min_length=1)
    incident_table: str = Field(alias="INCIDENT_TABLE", min_length=1)
    event_index_table: str = Field(alias="EVENT_INDEX_TABLE", min_length=1)
    rollup_table: str = Field(alias="ROLLUP_TABLE", min_length=1)
    event_bus: str = Field(alias="EVENT_BUS", min_length=1)
    console_url: str = Field(alias="CONSOLE_URL", min_length=1)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
