"""Prices a tenant's calls: by what it has negotiated, and else by list price."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared.errors import TransientError
from shared.events.event import Event
from shared.events.telemetry import Inference
from shared.measures.negotiated import NegotiatedPrices, NegotiatedPriceStore
from shared.measures.price_table import compiled_table
from shared.measures.prices import Pricer

KNOWN_FOR: Final = timedelta(seconds=60)
REMEMBERED_TENANTS: Final = 1_000


@dataclass(frozen=True, slots=True)
class TenantPricing:
    """A request without a call of a model asks for no price at all. What a tenant has negotiated is read once a minute; when
    it cannot be read, the last that was known holds on, and without any the request is to be sent again: a call that is
    priced by the wrong list stays so.
    """

    store: NegotiatedPriceStore
    clock: Callable[[], datetime]
    by_list: Pricer = field(default_factory=Pricer)
    _known: dict[str, tuple[Pricer, datetime]] = field(default_factory=dict)

    def __call__(self, events: Sequence[Event], tenant: str) -> None:
        if any(type(event.payload.data) is Inference for event in events):
            self._pricer(tenant)(events)

    def _pricer(self, tenant: str) -> Pricer:
        now = self.clock()
        known, until = self._known.get(tenant, (None, now))
        if known is None or until <= now:
            known = self._read(tenant, known)
            if len(self._known) >= REMEMBERED_TENANTS:
                self._known.clear()
            self._known[tenant] = known, now + KNOWN_FOR
        return known

    def _read(self, tenant: str, known: Pricer | None) -> Pricer:
        try:
            negotiated = self.store.of_tenant(tenant)
        except TransientError:
            if known is None:
                raise
            return known
        return Pricer(NegotiatedPrices(negotiated), compiled_table()) if negotiated else self.by_list
