"""What privacy is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from shared.observability.origins import Origins


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    document_table: str = Field(alias="DOCUMENT_TABLE", min_length=1)
    audit_table: str = Field(alias="AUDIT_TABLE", min_length=1)
    event_index_table: str = Field(alias="EVENT_INDEX_TABLE", min_length=1)
    incident_table: str = Field(alias="INCIDENT_TABLE", min_length=1)
    correlation_table: str = Field(alias="CORRELATION_TABLE", min_length=1)
    archive_bucket: str = Field(alias="ARCHIVE_BUCKET", min_length=1)
    export_bucket: str = Field(alias="EXPORT_BUCKET", min_length=1)
    allowed_origins: str = Field(default="", alias="ALLOWED_ORIGINS")

    @property
    def origins(self) -> Origins:
        """Whose pages may use the API."""
        return Origins.of(self.allowed_origins)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
