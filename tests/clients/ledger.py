"""What the stub was asked and what it answered: the truth that the hub's totals are held to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from threading import Lock

from genai_prices import Usage, calc_price

NANO = Decimal("0.000000001")
"""The least that the hub tells of a dollar."""


@dataclass(frozen=True, slots=True)
class Call:
    """As a provider bills it: cached and written tokens are parts of `input`, reasoning is one of `output`."""

    provider: str
    model: str
    input: int = 0
    output: int = 0
    cached: int = 0
    written: int = 0
    reasoning: int = 0
    is_error: bool = False
    is_streamed: bool = False
    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def cost_usd(self) -> Decimal:
        """By genai-prices itself, not by what the hub has compiled of it."""
        if not self.input + self.output:
            return Decimal(0)
        usage = Usage(
            input_tokens=self.input,
            output_tokens=self.output,
            cache_read_tokens=self.cached,
            cache_write_tokens=self.written,
        )
        priced = calc_price(usage, self.model, provider_id=self.provider, genai_request_timestamp=self.at)
        return priced.total_price.quantize(NANO, ROUND_HALF_EVEN)


@dataclass(slots=True)
class Ledger:
    """The calls of each client, in the order in which they came."""

    _calls: dict[str, list[Call]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def enter(self, client: str, call: Call) -> None:
        with self._lock:
            self._calls.setdefault(client, []).append(call)

    def of(self, client: str) -> Sequence[Call]:
        return tuple(self._calls.get(client, ()))
