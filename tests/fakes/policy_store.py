"""What tenants say, in memory."""

from collections.abc import Callable
from datetime import datetime

from shared.anomalies.policies import Bar, Maintenance, Policy, Rule


class InMemoryPolicyStore:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.rules: dict[tuple[str, str], Rule] = {}
        self.maintenance: dict[tuple[str, str], Maintenance] = {}
        self.bars: list[Bar] = []

    def policy(self, tenant: str) -> Policy:
        now = self._clock()
        return Policy(
            rules=[rule for (of, _), rule in sorted(self.rules.items()) if of == tenant],
            maintenance=[each for (of, _), each in sorted(self.maintenance.items()) if of == tenant and each.end > now],
            bars=[bar for bar in self.bars if bar.series.tenant == tenant and bar.expires_at > now],
        )

    def put_rule(self, rule: Rule) -> None:
        self.rules[rule.tenant, rule.id] = rule

    def delete_rule(self, tenant: str, rule_id: str) -> bool:
        return self.rules.pop((tenant, rule_id), None) is not None

    def put_maintenance(self, maintenance: Maintenance) -> None:
        self.maintenance[maintenance.tenant, maintenance.id] = maintenance

    def delete_maintenance(self, tenant: str, maintenance_id: str) -> bool:
        return self.maintenance.pop((tenant, maintenance_id), None) is not None

    def raise_bar(self, bar: Bar) -> None:
        self.bars = [*(other for other in self.bars if other.series != bar.series), bar]
