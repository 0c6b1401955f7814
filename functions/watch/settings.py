"""What the fast lane is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from shared.windows.window import Resolution


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    anomaly_table: str = Field(alias="ANOMALY_TABLE", min_length=1)
    detection_table: str = Field(alias="DETECTION_TABLE", min_length=1)
    event_bus: str = Field(alias="EVENT_BUS", min_length=1)
    console_url: str = Field(alias="CONSOLE_URL", min_length=1)
    resolution: Resolution = Field(alias="DETECTION_RESOLUTION")
    error_ratio: float = Field(alias="FAST_ERROR_RATIO", gt=0, le=1)
    error_requests: PositiveInt = Field(alias="FAST_ERROR_REQUESTS")

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
