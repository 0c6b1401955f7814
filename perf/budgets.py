"""The budgets of perf/budgets.toml."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

DECLARED = Path(__file__).with_name("budgets.toml")


@dataclass(frozen=True, slots=True)
class Budget:
    """A figure must be at least or at most the limit.

    >>> Budget("ratio", at_least=4).is_kept_by(4.2), Budget("ms", at_most=250).is_kept_by(251)
    (True, False)
    """

    what: str
    at_least: float = float("-inf")
    at_most: float = float("inf")

    def is_kept_by(self, figure: float) -> bool:
        return self.at_least <= figure <= self.at_most

    @property
    def limit(self) -> str:
        return f">= {self.at_least:g}" if self.at_least > float("-inf") else f"<= {self.at_most:g}"


def declared() -> Mapping[str, Budget]:
    return {name: Budget(**budget) for name, budget in tomllib.loads(DECLARED.read_text()).items()}
