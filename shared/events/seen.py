"""Events as far as they all are looked at to be joined: who called whom. The few that matter are then read whole.

Most of a batch are calls that went well, of which only the path and the latency count: to read no more of them halves
the decoding.
"""

from msgspec import Struct, field


class SeenTags(Struct, frozen=True, gc=False):
    team: str | None = None
    service: str | None = None
    tool: str | None = None

    def get(self, name: str) -> str | None:
        """As of a whole event's tags, of these three."""
        value: str | None = getattr(self, name)
        return value


class SeenData(Struct, gc=False):
    """Of whichever leaf payload; `latency_ms` and `error_type` are an inference's."""

    telemetry_type: str | None = None
    cost_type: str | None = None
    provider: str | None = None
    model_id: str | None = None
    team: str | None = None
    latency_ms: float = 0.0
    error_type: str | None = None


class SeenTelemetry(Struct, tag_field="payload_type", tag="telemetry", gc=False):
    data: SeenData


class SeenSecurity(Struct, tag_field="payload_type", tag="security", gc=False):
    data: SeenData


class SeenCost(Struct, tag_field="payload_type", tag="cost", gc=False):
    data: SeenData


class SeenGovernance(Struct, tag_field="payload_type", tag="governance", gc=False):
    data: SeenData


class SeenCustom(Struct, tag_field="payload_type", tag="custom", gc=False):
    """Of what others defined, nothing is known."""

    data: SeenData = field(name="-", default_factory=SeenData)


class SeenEvent(Struct, kw_only=True, gc=False):
    event_id: str
    event_type: str
    severity: str
    correlation_id: str | None = None
    parent_event_id: str | None = None
    tags: SeenTags = SeenTags()
    payload: SeenTelemetry | SeenSecurity | SeenCost | SeenGovernance | SeenCustom
