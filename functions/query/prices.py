"""A tenant's negotiated prices, and the models that no price is known of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from functions.query.parameters import PriceParameters, UnpricedParameters
from functions.query.reading import Reading, Windows
from functions.query.selection import Selection, is_overflow
from functions.query.summary import LONGEST, Sums
from functions.query.times import span
from functions.query.whole import whole_minutes
from shared.access.principal import Principal
from shared.errors import RejectedRequestError
from shared.measures.negotiated import MOST_PRICES, NegotiatedPrice, NegotiatedPriceStore

MODEL: Final = ("model",)
_PRICE: Final = msgspec.json.Decoder(NegotiatedPrice)


class PricesAnswer(Struct, frozen=True):
    """By provider and model; what is not among them is priced by list."""

    prices: list[NegotiatedPrice]


class UnpricedModel(Struct, frozen=True):
    """A model, null for calls that name none, with what it was asked while it had no price."""

    model: str | None
    requests: int
    unpriced_requests: int
    reported_usd: float | None


class UnpricedAnswer(Struct, frozen=True):
    """The models that had calls without a computed cost in [start, end), most such calls first."""

    start: datetime
    end: datetime
    models: list[UnpricedModel]


@dataclass(frozen=True, slots=True)
class PriceList:
    store: NegotiatedPriceStore
    windows: Windows
    clock: Callable[[], datetime]

    def list(self, principal: Principal) -> PricesAnswer:
        return PricesAnswer(self.store.of_tenant(principal.tenant))

    def put(self, principal: Principal, request: Mapping[str, Any]) -> NegotiatedPrice:
        """RejectedRequestError 400 says what is wrong with a price, 409 that there are too many."""
        price = price_in(request)
        known = {each.key for each in self.store.of_tenant(principal.tenant)}
        if price.key not in known and len(known) >= MOST_PRICES:
            raise RejectedRequestError(409, "too_many_prices", f"a tenant has at most {MOST_PRICES} negotiated prices")
        self.store.put(principal.tenant, price)
        return price

    def delete(self, principal: Principal, asked: PriceParameters) -> PricesAnswer:
        """What is left."""
        self.store.delete(principal.tenant, asked.provider, asked.model)
        return self.list(principal)

    def unpriced(self, principal: Principal, asked: UnpricedParameters) -> UnpricedAnswer:
        now = self.clock()
        start, end = whole_minutes(*span(asked.start, asked.end, now, LONGEST), now)
        if MODEL not in self.windows.groupings:
            return UnpricedAnswer(start, end, [])
        reading = Reading(self.windows, self.windows.closed_until(now), now)
        table = reading.content(Selection(principal.tenant, MODEL, {}), start, end)
        found = [_unpriced(Sums(table, key)) for key in table.keys if not is_overflow(key)]
        unpriced = [each for each in found if each.unpriced_requests]
        return UnpricedAnswer(
            start, end, sorted(unpriced, key=lambda each: (-each.unpriced_requests, each.model or ""))
        )


def price_in(request: Mapping[str, Any]) -> NegotiatedPrice:
    """The price in the body of a request, as API Gateway hands it over."""
    text = request.get("body") or ""
    try:
        body = msgspec.convert(text, bytes) if request.get("isBase64Encoded") else text.encode()
        return _PRICE.decode(body)
    except msgspec.ValidationError as error:
        raise RejectedRequestError(400, "invalid_price", str(error)) from None
    except (msgspec.DecodeError, UnicodeError):
        raise RejectedRequestError(400, "invalid_json", "the body is not JSON") from None


def _unpriced(sums: Sums) -> UnpricedModel:
    return UnpricedModel(
        model=sums.key[2],
        requests=sums.count("requests"),
        unpriced_requests=sums.count("unpriced_requests"),
        reported_usd=sums.usd("reported_cost_usd"),
    )
