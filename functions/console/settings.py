"""What the console is told by its environment."""

from os import environ
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, Json

from shared.observability.origins import Origins


class SignIn(BaseModel):
    """An issuer of OpenID Connect that the console may send people to; `client_id` is a public client (PKCE)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    client_id: str
    audience: str


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    deployment: str = Field(alias="DEPLOYMENT", min_length=1)
    groupings: Json[tuple[tuple[str, ...], ...]] = Field(alias="GROUPINGS")
    sign_in: Json[tuple[SignIn, ...]] = Field(alias="SIGN_IN")
    live_url: str = Field(default="", alias="LIVE_URL")
    allowed_origins: str = Field(default="", alias="ALLOWED_ORIGINS")

    @property
    def facts(self) -> dict[str, Any]:
        """What the page must know of the deployment; nothing of it is secret."""
        return {
            "deployment": self.deployment,
            "groupings": self.groupings,
            "sign_in": [issuer.model_dump() for issuer in self.sign_in],
            "live_url": self.live_url or None,
        }

    @property
    def elsewhere(self) -> tuple[str, ...]:
        """The origins beside its own that the page may talk to."""
        urls = (issuer.issuer for issuer in self.sign_in)
        live = (self.live_url,) if self.live_url.startswith("wss:") else ()
        return tuple(sorted({f"{urlsplit(url).scheme}://{urlsplit(url).netloc}" for url in (*urls, *live)}))

    @property
    def origins(self) -> Origins:
        """Whose pages may use the API."""
        return Origins.of(self.allowed_origins)

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
