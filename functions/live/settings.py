"""What live is told by its environment."""

from os import environ
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, Json, PositiveInt

from shared.windows.groups import grouping_name
from shared.windows.state import StateLayout


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    service_name: str = Field(alias="POWERTOOLS_SERVICE_NAME", min_length=1)
    metrics_namespace: str = Field(alias="POWERTOOLS_METRICS_NAMESPACE", min_length=1)
    live_table: str = Field(alias="LIVE_TABLE", min_length=1)
    live_api: str = Field(alias="LIVE_API", min_length=1)
    live_stage: str = Field(alias="LIVE_STAGE", min_length=1)
    region: str = Field("", alias="AWS_REGION")
    emulator: str = Field("", alias="AWS_ENDPOINT_URL")
    state_table: str = Field(alias="STATE_TABLE", min_length=1)
    state_layout: StateLayout = Field(alias="STATE_LAYOUT")
    closed_window_table: str = Field(alias="CLOSED_WINDOW_TABLE", min_length=1)
    series_limit: PositiveInt = Field(alias="SERIES_LIMIT")
    groupings: Json[tuple[tuple[str, ...], ...]] = Field(alias="GROUPINGS")

    @property
    def endpoint(self) -> str:
        """Where clients are reached; an emulator has every API under its own address."""
        if self.emulator:
            return f"{self.emulator}/_aws/execute-api/{self.live_api}/{self.live_stage}"
        suffix = ".cn" if self.region.startswith("cn-") else ""
        return f"https://{self.live_api}.execute-api.{self.region}.amazonaws.com{suffix}/{self.live_stage}"

    @property
    def groupings_by_dimensions(self) -> dict[frozenset[str], str]:
        return {frozenset(grouping): grouping_name(grouping) for grouping in self.groupings}

    @classmethod
    def from_environment(cls) -> Self:
        return cls.model_validate(dict(environ))
