"""Alerts over fakes."""

from collections.abc import Callable
from datetime import datetime
from itertools import count

from functions.query.alerts import Alerts
from shared.anomalies.notices import Herald
from tests.fakes.anomaly_store import InMemoryAnomalyStore
from tests.fakes.notice_bus import InMemoryNoticeBus
from tests.fakes.policy_store import InMemoryPolicyStore

GROUPING_NAMES = frozenset({"total", "model", "team+model"})


def alerts_of(
    clock: Callable[[], datetime],
    anomalies: InMemoryAnomalyStore | None = None,
    bus: InMemoryNoticeBus | None = None,
) -> Alerts:
    store, ids = anomalies or InMemoryAnomalyStore(), count(1)
    herald = Herald(store, bus or InMemoryNoticeBus(), "https://hub/")
    return Alerts(store, InMemoryPolicyStore(clock), herald, GROUPING_NAMES, clock, lambda: f"id-{next(ids)}")
