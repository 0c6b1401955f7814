"""Dashboards and preferences as clients send and read them; the same models make the OpenAPI description."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Content = Annotated[dict[str, Any], Field(description="Any JSON object; the hub keeps it as it is.")]
Edition = Annotated[
    int | None,
    Field(ge=0, description="Of what was read before; where another has written meanwhile, the answer is 409."),
]
Visibility = Annotated[
    Literal["private", "tenant"], Field(description="Who may read it: its owner alone, or everybody of the tenant.")
]
Tag = Annotated[str, Field(min_length=1, max_length=50)]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class DashboardInput(_Sent):
    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Annotated[str, Field(max_length=2000)] = ""
    visibility: Visibility = "private"
    tags: Annotated[list[Tag], Field(max_length=20)] = []
    content: Content
    edition: Edition = None


class DashboardHead(_Answer):
    id: str
    name: str
    description: str
    visibility: Visibility
    tags: list[str]
    owner: Annotated[str, Field(description="The key or user that made it; they and administrators may change it.")]
    edition: int
    created_at: datetime
    updated_at: datetime


class DashboardAnswer(DashboardHead):
    content: Content


class DashboardsAnswer(_Answer):
    dashboards: Annotated[list[DashboardHead], Field(description="Those that you may read, by name.")]


class ShareInput(_Sent):
    valid_days: Annotated[int, Field(ge=1, le=365)] = 30


class ShareAnswer(_Answer):
    token: Annotated[str, Field(description="Whoever of the tenant has it may read the dashboard.")]
    expires_at: datetime


class PreferencesInput(_Sent):
    content: Content
    edition: Edition = None


class PreferencesAnswer(_Answer):
    content: Content
    edition: Annotated[int, Field(description="0 before anything was kept.")]
    updated_at: datetime | None


class LiveAnswer(_Answer):
    """Null where the deployment has no WebSocket API: ask again and again instead."""

    url: Annotated[
        str | None, Field(description="wss://..., to which ?ticket=... is added; or a path at the API's own host.")
    ]
    ticket: Annotated[str | None, Field(description="Opens one connection.")]
    expires_at: datetime | None
