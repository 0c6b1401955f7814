"""What a person decided stands, what a fold says later is written, and each notice is owed once."""

from dataclasses import replace

from shared.anomalies.anomaly import Status
from shared.anomalies.notices import Herald
from shared.anomalies.stores import Notice, Sending, StoredAnomaly, record
from tests.builders.anomalies import NOON, anomaly
from tests.fakes.anomaly_store import InMemoryAnomalyStore
from tests.fakes.notice_bus import InMemoryNoticeBus

ALERTED = anomaly(alerted=True)
OVER = ALERTED.resolved(NOON, "quiet")


def test_who_is_told_of_the_beginning_is_told_of_the_end() -> None:
    store = InMemoryAnomalyStore()

    assert record(store, ALERTED, 1).owed == (Notice.DETECTED,)
    assert record(store, OVER, 2).owed == (Notice.DETECTED, Notice.RESOLVED)


def test_of_a_backlog_beginning_and_end_are_told_at_once() -> None:
    assert StoredAnomaly.new(OVER, 1).owed == (Notice.DETECTED, Notice.RESOLVED)


def test_what_people_are_not_to_be_told_of_is_not_owed() -> None:
    assert StoredAnomaly.new(anomaly(), 1).owed == ()
    assert StoredAnomaly.new(anomaly().resolved(NOON, "quiet"), 1).owed == ()
    assert StoredAnomaly.new(replace(ALERTED, status=Status.SUPPRESSED), 1).owed == ()


def test_a_late_writer_is_let_go() -> None:
    store = InMemoryAnomalyStore()
    record(store, OVER, 5)

    stored = record(store, ALERTED, 4)

    assert stored.anomaly == OVER
    assert store.get("acme", ALERTED.id) == stored


def test_whoever_is_overtaken_reads_again() -> None:
    store = InMemoryAnomalyStore()
    overtaking = [OVER]

    def overtake(_written: StoredAnomaly) -> None:
        if overtaking:
            record(store, overtaking.pop(), 9)

    store.before_write = overtake

    assert record(store, ALERTED, 1).revision == 9


def test_acknowledging_outlives_what_the_fold_says_until_it_is_over() -> None:
    acknowledged = replace(ALERTED, status=Status.ACKNOWLEDGED, note="on it")
    stored = StoredAnomaly.new(ALERTED, 1).decided(acknowledged)

    worse = stored.found_again(replace(ALERTED, score=20.0), 2)
    assert worse
    assert (worse.anomaly.status, worse.anomaly.note, worse.anomaly.score) == (Status.ACKNOWLEDGED, "on it", 20.0)

    over = worse.found_again(OVER, 3)
    assert over
    assert (over.anomaly.status, over.anomaly.note) == (Status.RESOLVED, "on it")


def test_what_a_person_ended_stays_over() -> None:
    ended = StoredAnomaly.new(ALERTED, 1).decided(ALERTED.resolved(NOON, "false_alarm"))

    again = ended.found_again(replace(ALERTED, reopened=1), 2)

    assert again
    assert (again.anomaly.status, again.anomaly.resolution) == (Status.RESOLVED, "false_alarm")


def test_what_is_told_is_marked_and_never_told_again() -> None:
    store, bus = InMemoryAnomalyStore(), InMemoryNoticeBus()
    herald = Herald(store, bus, "https://hub/")
    stored = record(store, ALERTED, 1)

    assert herald.tell(stored) == 1
    after = store.get("acme", ALERTED.id)
    assert after
    assert after.notices == {Notice.DETECTED: Sending.SENT}
    assert herald.tell(after) == 0
    assert bus.notice_ids == [f"{ALERTED.id}/detected"]


def test_a_mark_survives_a_person_who_decides_meanwhile() -> None:
    store, bus = InMemoryAnomalyStore(), InMemoryNoticeBus()
    stored = record(store, ALERTED, 1)
    store.swap(stored, stored.decided(replace(ALERTED, status=Status.ACKNOWLEDGED)))

    Herald(store, bus, "https://hub/").tell(stored)

    after = store.get("acme", ALERTED.id)
    assert after
    assert (after.anomaly.status, after.owed) == (Status.ACKNOWLEDGED, ())
