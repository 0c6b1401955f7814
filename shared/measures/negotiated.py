"""Prices that a tenant has negotiated, before the list prices: who is charged by another list is priced by it."""

from collections.abc import Sequence
from hashlib import blake2b
from typing import Annotated, Final, Protocol

import msgspec
from msgspec import Meta, Struct

from shared.events.fields import Name
from shared.measures.price_table import Price

PICO_USD_PER_TOKEN: Final = 10**6  # of a rate in USD per million tokens
PICO_USD: Final = 10**12
MOST_PRICES: Final = 1_000
Rate = Annotated[float, Meta(ge=0, le=1_000_000)]


class NegotiatedPrice(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """USD per million tokens, of one model or, where its name ends in `*`, of all models whose names begin so.

    What has no rate of its own is charged as what it is a part of: cached and written tokens as input, reasoning as
    output. Without a provider it holds for every one. Names are compared in lower case.
    """

    model: Name
    provider: Name | None = None
    input_usd: Rate
    output_usd: Rate
    cached_input_usd: Rate | None = None
    cache_write_usd: Rate | None = None
    reasoning_usd: Rate | None = None
    request_usd: Annotated[float, Meta(ge=0, le=1_000)] = 0.0

    @property
    def key(self) -> tuple[str, str]:
        """What it is a price of: at most one price stands for each."""
        return (self.provider or "").lower(), self.model.lower()

    def fits(self, provider: str, model: str) -> bool:
        """
        Whether it is a price of this model, by names in lower case.

        >>> price = NegotiatedPrice(model="gpt-4o*", input_usd=1, output_usd=2)
        >>> price.fits("openai", "gpt-4o-mini"), price.fits("openai", "gpt-5")
        (True, False)
        """
        by, name = self.key
        same = model.startswith(name[:-1]) if name.endswith("*") else model == name
        return same and by in ("", provider)

    @property
    def price(self) -> Price:
        cached = self.input_usd if self.cached_input_usd is None else self.cached_input_usd
        written = self.input_usd if self.cache_write_usd is None else self.cache_write_usd
        reasoning = self.output_usd if self.reasoning_usd is None else self.reasoning_usd
        rates = (self.input_usd, self.output_usd, cached, written, reasoning)
        fresh, out, *parts = (rate * PICO_USD_PER_TOKEN for rate in rates)
        return Price(tiers=((-1, fresh, out, parts[0], parts[1], parts[2]),), request=self.request_usd * PICO_USD)


class NegotiatedPrices:
    """The prices of one tenant. The most particular is tried first: with a provider, then the longest name."""

    def __init__(self, prices: Sequence[NegotiatedPrice]) -> None:
        self._prices = sorted(prices, key=lambda each: (each.provider is None, -len(each.model.rstrip("*")), each.key))
        self.version = f"negotiated/{blake2b(msgspec.json.encode(self._prices), digest_size=4).hexdigest()}"

    def prices(self, provider: str, model: str) -> tuple[Price, ...]:
        names = provider.lower().strip(), model.lower()
        return next(((each.price,) for each in self._prices if each.fits(*names)), ())


class NegotiatedPriceStore(Protocol):
    """The negotiated prices of all tenants."""

    def of_tenant(self, tenant: str) -> list[NegotiatedPrice]:
        """By provider and model; a change shows within a second."""
        ...

    def put(self, tenant: str, price: NegotiatedPrice) -> None:
        """In place of the one that was there for the same provider and model."""
        ...

    def delete(self, tenant: str, provider: str | None, model: str) -> None:
        """One that is not there is gone already."""
        ...
