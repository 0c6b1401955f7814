"""What access is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, Json

from functions.access.tokens import Issuer
from shared.observability.origins import Origins


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    access_key_table: str = Field(alias="ACCESS_KEY_TABLE", min_length=1)
    audit_table: str = Field(alias="AUDIT_TABLE", min_length=1)
    usage_plan_prefix: str = Field(alias="USAGE_PLAN_PREFIX", min_length=1)

    issuers: Json[tuple[Issuer, ...]] = Field(alias="OIDC_ISSUERS")
    allowed_origins: str = Field(default="", alias="ALLOWED_ORIGINS")

    @property
    def origins(self) -> Origins:
        """Whose pages may use the API."""
        return Origins.of(self.allowed_origins)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
