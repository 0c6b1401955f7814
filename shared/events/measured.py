"""Events as far as they are measured: what folding reads of them, and nothing that only people or other stages read.

A batch is mostly inferences, and half of what one holds (its ids, its severity, who asked, why it finished) has no part
in any window: leaving it out saves a quarter of decoding, and as much of the memory, of a batch.
"""

from collections.abc import Mapping

from msgspec import Struct

from shared.events.cost import CostPayload
from shared.events.custom import CustomPayload
from shared.events.fields import Milliseconds, Name, Tokens, Usd
from shared.events.governance import GovernancePayload
from shared.events.security import SecurityPayload
from shared.events.telemetry import (
    ErrorRate,
    Inference,
    Latency,
    ModelPerformance,
    TelemetryData,
    Throughput,
    TokenUsage,
)


class MeasuredInference(TelemetryData, tag="inference", kw_only=True):
    provider: Name
    model_id: Name
    latency_ms: Milliseconds
    ttft_ms: Milliseconds | None = None
    input_tokens: Tokens
    output_tokens: Tokens
    cached_input_tokens: Tokens | None = None
    cache_write_tokens: Tokens | None = None
    reasoning_tokens: Tokens | None = None
    reported_cost_usd: Usd | None = None
    error_type: Name | None = None
    team: Name | None = None
    computed_cost_usd: float | None = None


class MeasuredTelemetryPayload(Struct, tag_field="payload_type", tag="telemetry", gc=False):
    data: Latency | Throughput | ErrorRate | TokenUsage | ModelPerformance | MeasuredInference


class MeasuredTags(Struct, frozen=True, gc=False):
    """Of the tags only the team is a dimension; it stands in where the payload names none."""

    team: str | None = None

    def get(self, _team: str) -> str | None:
        return self.team


class MeasuredEvent(Struct, kw_only=True, gc=False):
    event_id: str
    timestamp: str
    source_module: str
    environment: Name
    tags: MeasuredTags = MeasuredTags()
    payload: MeasuredTelemetryPayload | SecurityPayload | CostPayload | GovernancePayload | CustomPayload


WHOLE: Mapping[type, type] = {MeasuredInference: Inference}
"""What a measured payload is a part of."""
