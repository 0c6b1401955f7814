"""Anomalies, windows with calls in them, and a whole anomaly stage in memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from functions.anomaly.fold import Detection, FoldWindows, Outcome
from shared.anomalies.anomaly import LEARNED, Anomaly, Kind, Series, Severity, Status, anomaly_id
from shared.anomalies.detector import Judgement, Kind as Code
from shared.anomalies.learned import Scorer
from shared.anomalies.notices import Herald
from shared.anomalies.parameters import SHIPPED, Parameters
from shared.anomalies.state import DetectorState
from shared.anomalies.transforms import Transform
from shared.windows.closed import Cursor, Head
from shared.windows.groups import bucket_of, group_keys
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.builders.tables import cell, table
from tests.fakes.anomaly_store import InMemoryAnomalyStore
from tests.fakes.closed_window_store import InMemoryClosedWindowStore
from tests.fakes.fold_store import InMemoryFoldStore
from tests.fakes.notice_bus import InMemoryNoticeBus
from tests.fakes.policy_store import InMemoryPolicyStore

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SERIES = Series(("acme", "model", "gpt-4o"), "latency_ms", "p95")
GROUPINGS = ((), ("model",), ("team",), ("team", "model"))


def five(number: int) -> Window:
    """The five minutes after noon, by number."""
    return Window(NOON + number * timedelta(minutes=5), Resolution.FIVE_MINUTES)


def anomaly(**fields: Any) -> Anomaly:
    series, window = fields.get("series", SERIES), fields.get("window", five(0))
    usual: dict[str, Any] = {
        "id": anomaly_id(series, fields.get("detector", LEARNED), window),
        "series": series,
        "window": window,
        "detector": LEARNED,
        "kind": Kind.SPIKE,
        "severity": Severity.HIGH,
        "status": Status.OPEN,
        "score": 9.5,
        "observed": 4123.0,
        "expected": 1100.0,
        "lower": 900.0,
        "upper": 1400.0,
        "explanation": "p95 latency of gpt-4o was 4.1 s.",
        "opened_at": window.end + timedelta(seconds=40),
        "last_window": window,
    }
    return Anomaly(**usual | fields)


def calls(count: int, *, latency_ms: float = 1000.0, model: str = "gpt-4o", team: str = "search") -> SummaryTable:
    """That many calls of one model, as cells; an error in none of them."""
    measured = {"requests": 1, "errors": 0, "latency_ms": round(latency_ms * 1000)}
    return table(*[(cell(model, team=team), measured)] * count)


def doubling_judge(  # noqa: PLR0917 (as the detector has it)
    state: DetectorState,
    window_start: Any,  # noqa: ARG001
    resolution: int,  # noqa: ARG001
    values: Any,
    transforms: Any,
    parameters: Parameters = SHIPPED,
    threshold: Any = None,
) -> tuple[DetectorState, Judgement]:
    """Unusual is what is more than twice, or less than half, of what was seen last."""
    bars = parameters.threshold if threshold is None else threshold
    before, seen = state.columns["last"], state.columns["seen"]
    values = np.where(np.isnan(values) & (seen > 0) & (transforms == Transform.COUNT), 0.0, values)
    shown = ~np.isnan(values)
    unusual = shown & (seen > 0) & ((values > 2 * before) | (values < before / 2))
    columns = {
        **state.columns,
        "last": np.where(shown & ~unusual, values, before),
        "seen": seen + shown.astype(np.int32),
    }
    nan = np.where(seen > 0, before, np.nan)
    kind = np.where(values > before, Code.SPIKE, np.where(values == 0, Code.SILENCE, Code.DROP)).astype(np.int8)
    score = np.where(unusual, 10.0, 0.0)
    return DetectorState(columns), Judgement(score, score >= bars, nan, nan / 2, nan * 2, kind, score / 10)


class WatchingHub:
    """The anomaly stage over fakes; windows of five minutes are closed one by one, from noon on."""

    def __init__(self) -> None:
        self.now = NOON
        self.closed = InMemoryClosedWindowStore()
        self.folds = InMemoryFoldStore()
        self.anomalies = InMemoryAnomalyStore()
        self.policies = InMemoryPolicyStore(lambda: self.now)
        self.bus = InMemoryNoticeBus()
        self.closed.create_cursor(Cursor(Window(NOON), Window(NOON)))

    @property
    def stage(self) -> FoldWindows:
        return FoldWindows(
            Detection(
                closed=self.closed,
                folds=self.folds,
                anomalies=self.anomalies,
                policies=self.policies,
                herald=Herald(self.anomalies, self.bus, "https://hub/"),
                scorer=Scorer(doubling_judge),
                resolution=Resolution.FIVE_MINUTES,
                told_from=Severity.MEDIUM,
                clock=lambda: self.now,
            )
        )

    def close(self, number: int, *cells: SummaryTable) -> None:
        """Publish the window and move the cursor past it."""
        self.publish(number, *cells)
        end = five(number).end
        assert self.closed.stored_cursor
        self.closed.stored_cursor = replace(self.closed.stored_cursor, next=Window(end))
        self.now = max(self.now, end + timedelta(seconds=40))

    def publish(self, number: int, *cells: SummaryTable) -> None:
        window = five(number)
        groups = SummaryTable.merge(list(cells)).rekey(group_keys(GROUPINGS))
        refs = self.closed.put_parts(window, groups.split(bucket_of))
        version = groups.events(("acme", "total"))
        self.closed.put_head(Head(window, version, 0, refs, self.now))

    def run(self, *touched: Window) -> Outcome:
        return self.stage.run(touched, self.now + timedelta(minutes=1))

    def see(self, number: int, *cells: SummaryTable) -> Outcome:
        self.close(number, *cells)
        return self.run()

    @property
    def told(self) -> list[tuple[str, str]]:
        """Detail type and explanation, as people see them."""
        return [(kind, str(detail["explanation"])) for kind, detail in self.bus.told]
