"""The audit log: every entry is bound to the one before it."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from shared.audit.entry import AuditEntry, broken_links
from shared.audit.log import AuditLog
from shared.errors import TransientError
from tests.fakes.audit_store import InMemoryAuditStore

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def store() -> InMemoryAuditStore:
    return InMemoryAuditStore()


def chain(store: InMemoryAuditStore, length: int = 5) -> list[AuditEntry]:
    log = AuditLog(store, lambda: NOON)
    for number in range(length):
        log.record("acme", "key_1", "rule.created", f"r{number}", {"role": "admin"})
    return list(store.oldest_first("acme"))


def test_a_chain_that_nobody_touched_holds(store: InMemoryAuditStore) -> None:
    entries = chain(store)

    assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5]
    assert list(broken_links(entries)) == []


@pytest.mark.parametrize("change", [{"actor": "key_2"}, {"target": "r9"}, {"detail": {}}, {"previous_hash": "0" * 64}])
def test_a_changed_entry_is_seen(store: InMemoryAuditStore, change: dict[str, Any]) -> None:
    entries = chain(store)
    entries[2] = msgspec.structs.replace(entries[2], **change)

    assert 3 in list(broken_links(entries))


def test_an_entry_that_was_changed_and_sealed_again_is_seen_at_the_next(store: InMemoryAuditStore) -> None:
    entries = chain(store)
    entries[2] = msgspec.structs.replace(entries[2], actor="key_2").sealed()

    assert list(broken_links(entries)) == [4]


def test_a_missing_entry_is_seen(store: InMemoryAuditStore) -> None:
    entries = chain(store)
    del entries[1]

    assert list(broken_links(entries)) == [3]


def test_two_writers_at_once_both_get_their_place(store: InMemoryAuditStore) -> None:
    log = AuditLog(store, lambda: NOON)

    def other_is_first(_entry: AuditEntry) -> None:
        store.before_append = lambda _entry: None
        log.record("acme", "key_2", "rule.deleted")

    store.before_append = other_is_first
    log.record("acme", "key_1", "rule.created")

    entries = list(store.oldest_first("acme"))
    assert [entry.actor for entry in entries] == ["key_2", "key_1"]
    assert list(broken_links(entries)) == []


def test_who_is_never_first_is_told_so(store: InMemoryAuditStore) -> None:
    chain(store, 1)
    store.before_append = lambda entry: store.entries.update({("acme", entry.sequence): entry.sealed()})

    with pytest.raises(TransientError):
        AuditLog(store, lambda: NOON).record("acme", "key_1", "rule.created")


def test_tenants_have_chains_of_their_own(store: InMemoryAuditStore) -> None:
    log = AuditLog(store, lambda: NOON)

    assert log.record("acme", "key_1", "x").sequence == 1
    assert log.record("globex", "key_1", "x").sequence == 1
