"""What clients may say."""

from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from shared.errors import RejectedError, RejectedRequestError
from shared.live.connection import Topic
from shared.measures.measure import measure_named
from shared.measures.observations import DIMENSIONS

MOST_BYTES: Final = 8 * 1024
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Dimension = Annotated[str, Field(pattern=f"^({'|'.join(DIMENSIONS)})$")]


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Subscribe(_Message):
    """To a measure's closed windows, and with `provisional` to those that are open; or to anomalies or incidents."""

    action: Literal["subscribe"]
    id: Id
    topic: Topic = Topic.MEASURE
    measure: Annotated[str, Field(max_length=80)] = ""
    group_by: Annotated[tuple[Dimension, ...], Field(max_length=len(DIMENSIONS))] = ()
    resolution: Literal["1m", "5m", "15m", "1h"] = "1m"
    provisional: bool = False

    @model_validator(mode="after")
    def _names_a_measure(self) -> Self:
        if self.topic is Topic.MEASURE:
            try:
                measure_named(self.measure)
            except RejectedError as error:
                raise ValueError(error.message) from None
        return self


class Unsubscribe(_Message):
    action: Literal["unsubscribe"]
    id: Id


class Resume(_Message):
    """Whoever has seen all up to `after` wants what came then."""

    action: Literal["resume"]
    after: Annotated[int, Field(ge=0)]


class Ping(_Message):
    action: Literal["ping"]


Message = Subscribe | Unsubscribe | Resume | Ping
_MESSAGES: Final[TypeAdapter[Message]] = TypeAdapter(Annotated[Message, Field(discriminator="action")])


def parse_message(text: str) -> Message:
    """RejectedRequestError 400 says what is wrong, and nothing of what was sent."""
    if len(text) > MOST_BYTES:
        raise RejectedRequestError(400, "too_large", f"a message has at most {MOST_BYTES} bytes")
    try:
        return _MESSAGES.validate_json(text)
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, each['loc'][1:])) or 'message'}: {each['msg']}" for each in error.errors()
        )
        raise RejectedRequestError(400, "invalid_message", wrong) from None
