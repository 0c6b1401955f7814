"""What may be asked of redrive by whoever may invoke it."""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from shared.errors import RejectedRequestError

Key = Annotated[str, Field(min_length=1, max_length=1024)]


class _Command(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class ListFailures(_Command):
    command: Literal["list"] = "list"
    after: str = ""
    limit: Annotated[int, Field(ge=1, le=1_000)] = 100


class InspectFailure(_Command):
    command: Literal["inspect"] = "inspect"
    key: Key


class PublishFailure(_Command):
    command: Literal["publish"] = "publish"
    key: Key


class DiscardFailure(_Command):
    command: Literal["discard"] = "discard"
    key: Key


class ReplayArchive(_Command):
    """[start, end) of arrival; `after` is the `next` of the slice before, and absent in the first."""

    command: Literal["replay"] = "replay"
    start: AwareDatetime
    end: AwareDatetime
    tenant: Annotated[str, Field(min_length=1, max_length=256)] | None = None
    after: str = ""
    events_per_second: Annotated[int, Field(ge=500, le=100_000)] = 5_000

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> "ReplayArchive":
        if self.end <= self.start:
            raise ValueError("the end must come after the start")
        return self


Command = ListFailures | InspectFailure | PublishFailure | DiscardFailure | ReplayArchive
_COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="command")])


def parse_command(asked: dict[str, Any]) -> Command:
    """RejectedRequestError with what is wrong, field by field, and nothing of what was sent."""
    try:
        return _COMMANDS.validate_python(asked)
    except ValidationError as error:
        wrong = {".".join(map(str, each["loc"][1:])) or "command": each["msg"] for each in error.errors()}
        raise RejectedRequestError(400, "invalid_command", "the command is not valid", wrong) from None
