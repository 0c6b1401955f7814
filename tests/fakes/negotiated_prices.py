"""Negotiated prices in memory."""

from dataclasses import dataclass, field

from shared.errors import TransientError
from shared.measures.negotiated import NegotiatedPrice


@dataclass
class InMemoryNegotiatedPriceStore:
    """Counts how often it is read; out of reach while it is `broken`."""

    prices: dict[str, dict[tuple[str, str], NegotiatedPrice]] = field(default_factory=dict)
    broken: bool = False
    reads: int = 0

    def of_tenant(self, tenant: str) -> list[NegotiatedPrice]:
        self.reads += 1
        if self.broken:
            raise TransientError("out of reach")
        return [price for _, price in sorted(self.prices.get(tenant, {}).items())]

    def put(self, tenant: str, price: NegotiatedPrice) -> None:
        self.prices.setdefault(tenant, {})[price.key] = price

    def delete(self, tenant: str, provider: str | None, model: str) -> None:
        self.prices.get(tenant, {}).pop(((provider or "").lower(), model.lower()), None)
