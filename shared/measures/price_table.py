"""Finds the prices of a model by the names that clients use for it: the compiled data and the matching of genai-prices."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache, cached_property
from operator import contains, eq
from pathlib import Path
from typing import Any

import msgspec

COMPILED = Path(__file__).with_name("prices.json")
NO_PROVIDERS = frozenset(("litellm", "unknown"))
"""Who sells is told by the model's name: a gateway puts it before, as in "openai/gpt-4o", and Langfuse's clients name none."""
COMPACT_DATE = re.compile(r"-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)")

Clause = list[Any]


class Price(msgspec.Struct, frozen=True):
    """One price list of a model, with the condition under which it holds.

    A tier is [above, input, output, cached, cache write, reasoning]: the rates, in pico-USD per token, of a request with
    more input tokens than `above`; the highest tier comes first. No tiers: billed in units that a request does not carry.
    """

    tiers: tuple[tuple[float, float, float, float, float, float], ...]
    request: float = 0
    since: str = ""
    daily: tuple[str, str] | None = None

    @property
    def is_unconditional(self) -> bool:
        return not self.since and self.daily is None

    def holds_at(self, timestamp: str) -> bool:
        """Whether the condition is met at a canonical timestamp (UTC)."""
        if self.daily is None:
            return self.since <= timestamp
        start, end = self.daily
        time = timestamp[11:26]
        return start <= time < end if start <= end else time >= start or time < end


class Model(msgspec.Struct, frozen=True):
    id: str
    match: Clause
    prices: tuple[Price, ...]


class Provider(msgspec.Struct, dict=True):
    """A provider with its models, in the order in which they are tried."""

    id: str
    match: Clause | None
    model_match: Clause | None
    fallbacks: list[str]
    models: list[Model]

    def find(self, name: str) -> Model | None:
        """The first model that matches. Equal names are looked up, so an unknown one costs tens of clauses, not hundreds."""
        exact = self._exact.get(name, len(self.models))
        found = next((at for at, clause in self._patterns if at < exact and matches(clause, name)), exact)
        return self.models[found] if found < len(self.models) else None

    @cached_property
    def _exact(self) -> dict[str, int]:
        clauses = [(clause[1], at) for at, clause in self._clauses if clause[0] == "equals"]
        return dict(reversed(clauses))

    @cached_property
    def _patterns(self) -> list[tuple[int, Clause]]:
        return [(at, clause) for at, clause in self._clauses if clause[0] != "equals"]

    @property
    def _clauses(self) -> list[tuple[int, Clause]]:
        """Each model's alternatives with the model's place."""
        return [
            (at, clause)
            for at, model in enumerate(self.models)
            for clause in (model.match[1] if model.match[0] == "or" else [model.match])
        ]


class PriceTable(msgspec.Struct, frozen=True):
    """All providers, and the version of the data that every computed cost is stamped with."""

    version: str
    providers: list[Provider]

    def prices(self, provider: str, model: str) -> tuple[Price, ...]:
        """The price lists of a model in the order to be tried; none if the provider or the model is unknown."""
        provider, name = provider.lower().strip(), model.lower()
        found, name = self._provider(provider, name)
        known = (found and self._model(found, name)) or None
        if known is None and provider in NO_PROVIDERS:
            return self._agreed(name)
        return known.prices if known else ()

    def _agreed(self, model: str) -> tuple[Price, ...]:
        """What all charge who sell a model under this very name; nothing where they differ."""
        offers = {
            offer.prices for known in self.providers if (offer := known.find(model)) and _is_named(offer.match, model)
        }
        return next(iter(offers)) if len(offers) == 1 else ()

    def _provider(self, provider: str, model: str) -> tuple[Provider | None, str]:
        if provider in NO_PROVIDERS:
            prefix, _, name = model.partition("/")
            behind = self._named(prefix) if prefix and name else None
            return (behind, name) if behind else (self._offering(model), model)
        return self._named(provider), model

    def _named(self, provider: str) -> Provider | None:
        same = (known for known in self.providers if known.id == provider)
        alike = (known for known in self.providers if known.match and matches(known.match, provider))
        return next(same, None) or next(alike, None)

    def _offering(self, model: str) -> Provider | None:
        offers = (known for known in self.providers if known.model_match and matches(known.model_match, model))
        return next(offers, None)

    def _model(self, provider: Provider, model: str) -> Model | None:
        """Under the name as given, or with a date that LiteLLM and OpenRouter write as 20251211 spelt 2025-12-11."""
        dashed = COMPACT_DATE.sub(_dashed, model)
        names = dict.fromkeys((model, dashed))
        sellers = [provider, *(known for name in provider.fallbacks for known in self.providers if known.id == name)]
        found = (seller.find(name) for name in names for seller in sellers)
        return next((known for known in found if known), None)


def _is_named(clause: Clause, model: str) -> bool:
    """Whether a clause names just this model, and not all that are called alike."""
    kind, value = clause
    return (kind == "equals" and value == model) or (kind == "or" and any(_is_named(part, model) for part in value))


def matches(clause: Clause, text: str) -> bool:
    """Whether a lower-case text meets a clause.

    >>> matches(["or", [["equals", "gpt-4o"], ["starts_with", "gpt-4o-"]]], "gpt-4o-2024-08-06")
    True
    """
    kind, value = clause
    if kind == "or":
        return any(matches(part, text) for part in value)
    if kind == "and":
        return all(matches(part, text) for part in value)
    return TESTS[kind](text, value)


TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "equals": eq,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": contains,
    "regex": lambda text, pattern: re.search(pattern, text) is not None,
}


def _dashed(found: re.Match[str]) -> str:
    """Only real dates: 20250231 stays as it is."""
    year, month, day = map(int, found.groups())
    try:
        return f"-{date(year, month, day).isoformat()}"
    except ValueError:
        return found.group(0)


@cache
def compiled_table() -> PriceTable:
    return msgspec.json.decode(COMPILED.read_bytes(), type=PriceTable)
