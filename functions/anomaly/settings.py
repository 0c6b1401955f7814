"""What the anomaly stage is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

from shared.anomalies.anomaly import Severity
from shared.anomalies.parameters import Method
from shared.windows.window import Resolution


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    closed_window_table: str = Field(alias="CLOSED_WINDOW_TABLE", min_length=1)
    anomaly_table: str = Field(alias="ANOMALY_TABLE", min_length=1)
    detection_table: str = Field(alias="DETECTION_TABLE", min_length=1)
    detection_bucket: str = Field(alias="DETECTION_BUCKET", min_length=1)
    event_bus: str = Field(alias="EVENT_BUS", min_length=1)
    console_url: str = Field(alias="CONSOLE_URL", min_length=1)
    resolution: Resolution = Field(alias="DETECTION_RESOLUTION")
    method: Method = Field(alias="DETECTION_METHOD")
    warm_up_windows: PositiveInt = Field(alias="DETECTION_WARM_UP_WINDOWS")
    told_from: Severity = Field(alias="ALERTS_FROM")

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
