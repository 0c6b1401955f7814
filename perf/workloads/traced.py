"""What every published trace tells of a request, and no more."""

from dataclasses import dataclass


class UnknownTraceError(Exception):
    """Neither Azure's file nor ServeGen's folder."""


@dataclass(frozen=True, slots=True)
class TracedRequest:
    """One LLM call of a trace; `at` counts seconds from any origin that the whole trace shares."""

    at: float
    model: str
    team: str | None
    input_tokens: int
    output_tokens: int
