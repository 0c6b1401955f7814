"""What cannot wait is told within seconds, once, by the name under which the window's close would find it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from functions.watch.tally import Tally
from functions.watch.watch import Watch
from shared.anomalies.anomaly import LEARNED, Kind, Series, Status, anomaly_id
from shared.anomalies.notices import Herald
from shared.anomalies.policies import Maintenance
from shared.anomalies.stores import StoredAnomaly, record
from shared.errors import TransientError
from shared.events.event import Event
from shared.packs.pack import PackHeader, Tick, encode_pack, encode_tick
from shared.windows.window import Resolution
from tests.builders.anomalies import NOON, anomaly, five
from tests.builders.events import event, payload_json
from tests.fakes.anomaly_store import InMemoryAnomalyStore
from tests.fakes.fold_store import InMemoryFoldStore
from tests.fakes.notice_bus import InMemoryNoticeBus
from tests.fakes.policy_store import InMemoryPolicyStore

THREATS = Series(("acme", "total"), "critical_threats", "sum")
THREATS_ID = anomaly_id(THREATS, LEARNED, five(0))
AT = "2026-11-22T12:01:02.000000Z"


def threat(number: int = 1, level: str = "critical", at: str = AT) -> Event:
    return _event(number, at, payload_json("security", "threat", threat_level=level))


def call(number: int, *, failed: bool, model: str = "gpt-4o", at: str = AT) -> Event:
    changes = {"model_id": model} | ({"error_type": "timeout"} if failed else {})
    return _event(number, at, payload_json("telemetry", "inference", **changes))


def _event(number: int, at: str, payload: dict[str, Any]) -> Event:
    return event(event_id=str(UUID(int=number, version=4)), timestamp=at, payload=payload)


def pack(*events: Event, tenant: str = "acme") -> bytes:
    return encode_pack(PackHeader(tenant, 0, NOON, timedelta(hours=24), len(events)), list(events))


class WatchedHub:
    def __init__(self) -> None:
        self.now = NOON + timedelta(minutes=2)
        self.anomalies, self.folds, self.bus = InMemoryAnomalyStore(), InMemoryFoldStore(), InMemoryNoticeBus()
        self.policies = InMemoryPolicyStore(lambda: self.now)
        self.watch = Watch(
            anomalies=self.anomalies,
            announcements=self.folds,
            policies=self.policies,
            herald=Herald(self.anomalies, self.bus, "https://hub/"),
            tally=Tally(ratio=0.5, least=20),
            resolution=Resolution.FIVE_MINUTES,
            clock=lambda: self.now,
        )

    @property
    def told(self) -> list[str]:
        return [str(detail["explanation"]) for _, detail in self.bus.told]


def test_a_critical_threat_is_told_at_once_and_once() -> None:
    hub = WatchedHub()

    for _ in range(3):
        hub.watch.run([pack(threat())])

    assert hub.told == ["A critical threat was reported, the first at 12:01:02 UTC."]
    (found,) = hub.anomalies.anomalies
    assert (found.id, found.kind, found.series) == (THREATS_ID, Kind.THREAT, THREATS)
    assert list(hub.folds.announced()) == [found]


def test_a_wave_of_threats_is_one_alert_of_each_tenant() -> None:
    hub = WatchedHub()

    hub.watch.run([pack(threat(1), threat(2)), pack(threat(3), tenant="other"), pack(threat(4, at=AT))])

    assert hub.told == [
        "3 critical threats were reported, the first at 12:01:02 UTC.",
        "A critical threat was reported, the first at 12:01:02 UTC.",
    ]


@pytest.mark.parametrize(
    "waiting", [threat(level="high"), threat(at="2026-11-22T11:40:00.000000Z"), call(1, failed=True)]
)
def test_what_can_wait_is_not_told(waiting: Event) -> None:
    hub = WatchedHub()

    hub.watch.run([pack(waiting), encode_tick(Tick(0, NOON)), b"\x01garbage"])

    assert hub.told == []


def test_what_goes_on_since_an_earlier_window_is_not_told_again() -> None:
    hub = WatchedHub()
    record(hub.anomalies, anomaly(series=THREATS, window=five(-3)), 1)

    hub.watch.run([pack(threat())])

    assert hub.told == []


def test_what_was_over_long_ago_is_told_again() -> None:
    hub = WatchedHub()
    record(hub.anomalies, anomaly(series=THREATS, window=five(-30)).resolved(five(-20).end, "quiet"), 1)

    hub.watch.run([pack(threat())])

    assert len(hub.told) == 1


def test_a_model_that_fails_too_often_is_told_when_there_were_enough_requests() -> None:
    hub = WatchedHub()

    hub.watch.run([pack(*[call(number, failed=True) for number in range(19)])])
    assert hub.told == []
    hub.watch.run([pack(call(20, failed=False))])

    assert hub.told == ["19 of the last 20 requests of gpt-4o failed (95 %)."]
    assert [one.series.key for one in hub.anomalies.anomalies] == [("acme", "model", "gpt-4o")]


def test_several_models_that_fail_are_one_alert_of_the_tenant() -> None:
    hub = WatchedHub()
    calls = [call(number, failed=number % 2 == 0, model=f"m{number % 4 // 2}") for number in range(40)]

    hub.watch.run([pack(*calls)])

    assert hub.told == ["20 of the last 40 requests of 2 models failed (50 %)."]


def test_a_burst_is_forgotten_after_two_minutes() -> None:
    hub = WatchedHub()
    hub.watch.run([pack(*[call(number, failed=True) for number in range(19)])])

    hub.now += timedelta(minutes=3)
    hub.watch.run([pack(call(20, failed=True, at="2026-11-22T12:04:59.000000Z"))])

    assert hub.told == []


def test_nobody_is_told_in_a_maintenance_window() -> None:
    hub = WatchedHub()
    hub.policies.put_maintenance(Maintenance("m1", "acme", NOON, NOON + timedelta(hours=1)))

    hub.watch.run([pack(threat())])

    assert hub.told == []
    assert [one.status for one in hub.anomalies.anomalies] == [Status.SUPPRESSED]


@pytest.mark.parametrize("write", range(4))
def test_a_crash_at_any_write_is_made_good_when_the_batch_comes_again(write: int) -> None:
    hub, writes = WatchedHub(), 0

    def crash(_written: Any) -> None:
        nonlocal writes
        writes += 1
        if writes == write + 1:
            raise TransientError("gone")

    hub.folds.before_write = hub.anomalies.before_write = hub.bus.before_put = crash
    for _ in range(2):
        try:
            hub.watch.run([pack(threat())])
        except TransientError:
            continue

    assert set(hub.bus.notice_ids) == {f"{THREATS_ID}/detected"}
    stored = hub.anomalies.get("acme", THREATS_ID)
    assert isinstance(stored, StoredAnomaly)
    assert stored.owed == ()
    assert list(hub.folds.announced())
