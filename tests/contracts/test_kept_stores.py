"""One suite for the stores of documents and of the audit log: in memory and in DynamoDB (moto)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import msgspec
import pytest
from moto import mock_aws

from shared.adapters.audit import DynamoAuditStore
from shared.adapters.documents import DynamoDocumentStore
from shared.audit.entry import AuditEntry
from shared.audit.log import AuditLog
from shared.audit.stores import AuditStore
from shared.documents.document import Document, DocumentHead, DocumentKind
from shared.documents.stores import DocumentStore
from tests.builders.aws import create_table
from tests.fakes.audit_store import InMemoryAuditStore
from tests.fakes.document_store import InMemoryDocumentStore

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
BOARD = DocumentKind.DASHBOARD


@pytest.fixture(params=["memory", "dynamodb"])
def stores(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[DocumentStore, AuditStore]]:
    if request.param == "memory":
        yield InMemoryDocumentStore(), InMemoryAuditStore()
        return
    for name, value in {"ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test", "DEFAULT_REGION": "eu-west-1"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    with mock_aws():
        client = boto3.client("dynamodb")
        create_table(client, "documents")
        create_table(client, "audit")
        yield DynamoDocumentStore(client, "documents"), DynamoAuditStore(client, "audit")


@pytest.fixture
def documents(stores: tuple[DocumentStore, AuditStore]) -> DocumentStore:
    return stores[0]


@pytest.fixture
def audit(stores: tuple[DocumentStore, AuditStore]) -> AuditStore:
    return stores[1]


def document(document_id: str = "d1", *, edition: int = 1, tenant: str = "acme", **content: Any) -> Document:
    head = DocumentHead(tenant, BOARD, document_id, "key_1", edition, NOON, NOON, NOON, {"name": "Costs"})
    return Document(head, content)


def test_a_document_is_read_as_it_was_put(documents: DocumentStore) -> None:
    given = document(widgets=[{"kind": "line", "size": 1.5}], none=None)

    assert documents.put(given)

    assert documents.get("acme", BOARD, "d1") == given
    assert documents.get("globex", BOARD, "d1") is None
    assert documents.get("acme", DocumentKind.SHARE, "d1") is None


def test_only_the_next_edition_is_put(documents: DocumentStore) -> None:
    assert documents.put(document())
    assert not documents.put(document())
    assert not documents.put(document(edition=3))
    assert documents.put(document(edition=2, widgets=[]))
    assert not documents.put(document("d2", edition=2))


def test_heads_are_those_of_a_tenant_and_kind_in_order(documents: DocumentStore) -> None:
    for given in (document("d2"), document("d1"), document("d3", tenant="globex")):
        documents.put(given)

    assert [head.id for head in documents.heads("acme", BOARD)] == ["d1", "d2"]


def test_what_is_deleted_is_gone(documents: DocumentStore) -> None:
    documents.put(document())

    assert documents.delete("acme", BOARD, "d1")
    assert not documents.delete("acme", BOARD, "d1")
    assert documents.get("acme", BOARD, "d1") is None


def test_entries_are_read_from_both_ends(audit: AuditStore) -> None:
    written = [AuditLog(audit, lambda: NOON).record("acme", "key_1", "x", str(number)) for number in range(12)]
    AuditLog(audit, lambda: NOON).record("globex", "key_1", "x")

    assert audit.last("acme") == written[-1]
    assert list(audit.oldest_first("acme", after=10)) == written[10:]
    assert list(audit.newest_first("acme", before=3)) == [written[1], written[0]]
    assert list(audit.newest_first("acme")) == written[::-1]


def test_no_entry_is_written_over(audit: AuditStore) -> None:
    written = AuditLog(audit, lambda: NOON).record("acme", "key_1", "x")

    assert not audit.append(msgspec.structs.replace(written, actor="key_2"))
    assert audit.last("acme") == written


def test_a_tenant_without_entries_has_none(audit: AuditStore) -> None:
    assert (audit.last("acme"), list(audit.oldest_first("acme"))) == (None, [])


def test_entries_tell_of_everything_that_was_written(audit: AuditStore) -> None:
    entry = AuditLog(audit, lambda: NOON).record("acme", "key_1", "price.changed", "gpt-*", {"role": "admin"})

    assert isinstance(entry, AuditEntry)
    assert next(audit.oldest_first("acme")).computed_hash == entry.hash
