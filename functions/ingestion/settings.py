"""What ingestion is told by its environment."""

from datetime import timedelta
from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    event_stream: str = Field(alias="EVENT_STREAM", min_length=1)
    partitions: PositiveInt = Field(alias="PARTITIONS")
    allowed_lateness_seconds: PositiveInt = Field(alias="ALLOWED_LATENESS_SECONDS")
    max_body_bytes: PositiveInt = Field(alias="MAX_BODY_BYTES")
    max_inflated_bytes: PositiveInt = Field(alias="MAX_INFLATED_BYTES")

    @property
    def allowed_lateness(self) -> timedelta:
        return timedelta(seconds=self.allowed_lateness_seconds)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
