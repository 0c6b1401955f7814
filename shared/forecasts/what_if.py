"""What would be spent if: a series of the past as it would have been with more traffic, or with another model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shared.measures.price_table import Price

PICO_USD: Final = 10**12
USED: Final = (
    "requests",
    "input_tokens",
    "output_tokens",
    "cached_input_tokens",
    "cache_write_tokens",
    "reasoning_tokens",
)
"""What a model's price is charged on."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Change:
    """`traffic`: how many times as much of everything. `saved` and `paid`: float64[hours] in USD, what the replaced model
    did cost and what the other would have; None where none is replaced.
    """

    traffic: float = 1.0
    saved: Floats | None = None
    paid: Floats | None = None

    def of(self, history: Floats) -> Floats:
        """The same hours, changed; gaps stay gaps, and no hour costs less than nothing.

        >>> Change(2.0, saved=np.array([1.0, 2.0]), paid=np.array([3.0, 0.5])).of(np.array([4.0, 2.0])).tolist()
        [12.0, 1.0]
        """
        if self.saved is None or self.paid is None:
            return self.traffic * history
        return self.traffic * np.maximum(history - np.nan_to_num(self.saved) + np.nan_to_num(self.paid), 0.0)


def cost_at(price: Price, used: Mapping[str, Floats]) -> Floats:
    """What each hour's tokens would cost by a price, in USD: float64[hours].

    `used`: by the names of USED, what is missing is 0. The tier of an hour is that of its mean request, as the hours
    know no single ones.
    """
    size = len(next(iter(used.values())))
    count, asked, answered, cached, written, reasoning = (
        np.nan_to_num(used.get(name, np.zeros(size))) for name in USED
    )
    mean = asked / np.maximum(count, 1.0)
    cost = count * float(price.request)
    undecided = np.ones(size, np.bool_)
    for above, fresh, answer, per_cached, per_write, per_reasoning in price.tiers:
        here = undecided & (mean > above)
        charged = (
            np.maximum(asked - cached - written, 0.0) * fresh
            + np.maximum(answered - reasoning, 0.0) * answer
            + cached * per_cached
            + written * per_write
            + reasoning * per_reasoning
        )
        cost = cost + np.where(here, charged, 0.0)
        undecided &= ~here
    return cost / PICO_USD


def price_now(prices: Sequence[Price], timestamp: str) -> Price | None:
    """The first that holds at a canonical timestamp and is charged by tokens."""
    return next(
        (price for price in prices if price.tiers and (price.is_unconditional or price.holds_at(timestamp))), None
    )
