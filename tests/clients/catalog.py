"""The clients that are driven, each pointed at the hub as docs/send says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

NODE: Final = "node"


@dataclass(frozen=True, slots=True)
class Client:
    """`program` is one of tests/clients/programs; `installed` names its requirements file, or `node`. The hub can only show
    what it is told: of `untold` the client says nothing, of `untold_in_streams`, by provider, nothing when it streams.
    """

    name: str
    program: str
    installed: str
    environment: Mapping[str, str] = field(default_factory=dict)
    untold: frozenset[str] = frozenset()
    untold_in_streams: Mapping[str, frozenset[str]] = field(default_factory=dict)


def _otel(compression: str) -> Client:
    return Client(f"otel-{compression}", "otel.py", "otel", {"OTEL_EXPORTER_OTLP_COMPRESSION": compression})


_REASONING: Final = frozenset(("reasoning",))
_CACHE: Final = frozenset(("cached", "written"))

CLIENTS: Final = (
    _otel("none"),
    _otel("gzip"),
    _otel("deflate"),
    Client("otel-json", "otel.py", "otel-json"),
    Client("openai-v2", "openai_v2.py", "openai-v2", untold=frozenset(("cached", "reasoning"))),
    Client("openlit", "openlit_.py", "openlit", untold=_REASONING, untold_in_streams={"anthropic": _CACHE}),
    Client("traceloop", "traceloop_.py", "traceloop", untold_in_streams={"openai": _REASONING}),
    Client("openinference", "openinference_.py", "openinference"),
    Client("pydantic-ai", "pydantic_ai_.py", "pydantic-ai"),
    Client("litellm-otel", "litellm_otel.py", "litellm"),
    Client("litellm-logger", "litellm_logger.py", "litellm"),
    Client("langfuse", "langfuse_.py", "langfuse"),
    Client("cloudevents", "cloudevents_.py", "cloudevents"),
    Client("cloudevents-js", "cloudevents.mjs", NODE),
    Client("ai-sdk", "ai-sdk.mjs", NODE, untold=_REASONING),
    Client("ai-sdk-legacy", "ai-sdk.mjs", NODE, {"TELEMETRY": "LegacyOpenTelemetry"}),
    Client("otel-js", "otel.mjs", NODE),
)
