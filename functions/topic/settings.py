"""What the topic is made by."""

from datetime import timedelta
from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    event_stream: str = Field(alias="EVENT_STREAM", min_length=1)
    kafka_brokers: str = Field(alias="KAFKA_BROKERS", min_length=1)
    partitions: PositiveInt = Field(alias="PARTITIONS")
    retention_hours: PositiveInt = Field(alias="RETENTION_HOURS")

    @property
    def retention(self) -> timedelta:
        return timedelta(hours=self.retention_hours)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
