"""What aggregation is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from shared.windows.state import StateLayout


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    state_table: str = Field(alias="STATE_TABLE", min_length=1)
    state_layout: StateLayout = Field(alias="STATE_LAYOUT")
    failure_bucket: str = Field(alias="FAILURE_BUCKET", min_length=1)
    refusal_table: str = Field(alias="REFUSAL_TABLE", min_length=1)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
