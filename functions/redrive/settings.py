"""What redrive is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    event_stream: str = Field(alias="EVENT_STREAM", min_length=1)
    kafka_brokers: str = Field(alias="KAFKA_BROKERS", default="")
    partitions: PositiveInt = Field(alias="PARTITIONS")
    failure_bucket: str = Field(alias="FAILURE_BUCKET", min_length=1)
    refusal_table: str = Field(alias="REFUSAL_TABLE", min_length=1)
    archive_bucket: str = Field(alias="ARCHIVE_BUCKET", min_length=1)
    archive_function: str = Field(alias="ARCHIVE_FUNCTION", min_length=1)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
