"""What is known of a person is handed out, and forgotten, wherever it stands."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from functions.privacy.holds import Keeping
from functions.privacy.requests import Requests
from functions.privacy.routes import Privacy
from functions.privacy.sources import ArchivedEvents, IndexedEvents, SeenSignals, ToldIncidents
from functions.privacy.working import Worker
from shared.audit.entry import broken_links
from shared.audit.log import AuditLog
from shared.errors import RejectedRequestError
from shared.incidents.event_index import IndexedEvent
from shared.incidents.stores import Sighting, StoredIncident
from shared.packs.archive import archived_lines, archived_packs, hour_folder, with_lines
from shared.privacy.subject import Subject
from tests.builders.events import event, inference_json
from tests.builders.hub import NOON
from tests.builders.signals import a_signal
from tests.builders.stories import an_incident
from tests.fakes.archive import InMemoryArchive
from tests.fakes.audit_store import InMemoryAuditStore
from tests.fakes.document_store import InMemoryDocumentStore
from tests.fakes.exports import InMemoryExports
from tests.fakes.incident_stores import InMemoryEventIndex, InMemoryIncidentStore, InMemorySightingStore

DAY = timedelta(days=1)
STAMP = {"tenant": "acme", "partition": 1, "ingested_at": "2026-11-21T12:00:00Z", "allowed_lateness_s": 86400.0}


class Desk:
    """A tenant with ann and bob in the archive and the index, and ann in a signal and an incident."""

    def __init__(self) -> None:
        self.now = NOON
        self.documents = InMemoryDocumentStore()
        self.audit = InMemoryAuditStore()
        self.exports = InMemoryExports()
        self.archive = InMemoryArchive()
        self.index = InMemoryEventIndex()
        self.incidents = InMemoryIncidentStore()
        self.sightings = InMemorySightingStore()
        for hour, users in enumerate((["ann", "bob"], ["bob"], ["ann"])):
            self._archive(NOON - DAY + timedelta(hours=hour), users)
        self.index.put("b1", [IndexedEvent.of(_event_of(user), "acme") for user in ("ann", "bob")])
        self.story = an_incident("ann")
        self.tenant = self.story.tenant
        self.incidents.put(StoredIncident(self.story, 1))
        signal = a_signal(indicators=("user:ann", "user:annie"), summary="ann was refused")
        self.sightings.put([Sighting("acme", NOON - timedelta(hours=3), "b1", (signal,), ())])
        ids: Iterator[int] = iter(range(1, 100))
        log = AuditLog(self.audit, lambda: self.now)
        self.requests = Requests(self.documents, self.exports, log, lambda: self.now, lambda: f"r{next(ids)}")
        self.privacy = Privacy(self.requests, Keeping(self.documents, log, lambda: self.now))

    @property
    def worker(self) -> Worker:
        sources = (
            ArchivedEvents(self.archive),
            IndexedEvents(self.index),
            ToldIncidents(self.incidents),
            SeenSignals(self.sightings),
        )
        return Worker(self.requests, sources, lambda: self.now)

    def ask(
        self, method: str, path: str, named: str = "", *, role: str = "admin", user_id: str = "", **body: Any
    ) -> Any:
        request = {
            "httpMethod": method,
            "resource": f"/v1/privacy/{path}",
            "pathParameters": {"id": named} if named else None,
            "queryStringParameters": {"user_id": user_id} if user_id else None,
            "body": json.dumps(body),
            "requestContext": {
                "authorizer": {"tenant": "acme", "role": role, "key_id": "dpo", "rate_plan": "standard"}
            },
        }
        status, answer = self.privacy.answer(request)
        return answer.model_dump(mode="json") if answer else status

    def exported(self) -> list[Any]:
        return [json.loads(line) for content in self.exports.files.values() for line in content.splitlines()]

    def everything(self) -> str:
        """All that the hub holds of whom, but what was handed out."""
        lines = [archived_lines(data) for data in self.archive.kept.values()]
        bodies = [found.body.decode() for found in self.index.between("acme", NOON - 9 * DAY, NOON)]
        incidents = [msgspec.to_builtins(each.incident) for each in self.incidents.find(self.tenant)]
        sightings = [msgspec.to_builtins(each) for each in self.sightings.since("acme", NOON - DAY, NOON)]
        return json.dumps([lines, bodies, incidents, sightings], default=str)

    def _archive(self, at: datetime, users: list[str]) -> None:
        key = f"{hour_folder('acme', at)}batch.jsonl.zst"
        lines = [{**msgspec.to_builtins(_event_of(user)), **STAMP} for user in users]
        self.archive.put([with_lines(key, lines)])


def _event_of(user: str) -> Any:
    at = (NOON - DAY).isoformat()
    return event(
        event_id=f"00000000-0000-4000-8000-{sum(user.encode()):012d}",
        timestamp=at,
        payload=inference_json(user_id=user, session_id="s1")["payload"],
    )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def later(desk: Desk) -> datetime:
    return desk.now + timedelta(minutes=4)


def test_an_export_holds_all_that_is_known_of_a_person_and_nothing_of_another(desk: Desk) -> None:
    request = _export(desk)

    desk.worker.run(later(desk))

    found = desk.ask("GET", "requests/{id}", request["id"])
    assert (found["status"], found["found"]) == ("done", {"archive": 2, "event_index": 1, "incidents": 1, "signals": 1})
    assert {each["source"] for each in desk.exported()} == {"archive", "event_index", "incidents", "signals"}
    assert "bob" not in json.dumps([each for each in desk.exported() if each["source"] != "incidents"])


def _export(desk: Desk) -> Any:
    return _post(desk, "exports", {"user_id": "ann"})


def _post(desk: Desk, path: str, body: dict[str, Any], role: str = "admin") -> Any:
    status, answer = desk.privacy.answer(
        {
            "httpMethod": "POST",
            "resource": f"/v1/privacy/{path}",
            "body": json.dumps(body),
            "requestContext": {
                "authorizer": {"tenant": "acme", "role": role, "key_id": "dpo", "rate_plan": "standard"}
            },
        }
    )
    assert answer
    return answer.model_dump(mode="json") | {"http_status": status}


def test_an_export_is_downloaded_for_seven_days(desk: Desk) -> None:
    request = _export(desk)
    desk.worker.run(later(desk))

    links = desk.ask("GET", "requests/{id}/download", request["id"])["links"]
    desk.now += 7 * DAY

    assert len(links) == len(desk.exports.files) >= 1
    with pytest.raises(RejectedRequestError) as refused:
        desk.ask("GET", "requests/{id}/download", request["id"])
    assert refused.value.status == 410


def test_an_erasure_leaves_no_trace_of_a_person_and_all_of_another(desk: Desk) -> None:
    before = desk.everything()
    _post(desk, "erasures", {"user_id": "ann", "reason": "asked", "after_days": 0})

    desk.worker.run(later(desk))

    left = desk.everything()
    assert Subject("acme", "ann").erased_from(before) != before
    assert '"ann"' not in left
    assert 'user:ann"' not in left
    assert "ann was refused" not in left
    assert "user:annie" in left
    assert left.count("bob") == before.count("bob")


def test_events_stay_counted_when_their_subject_is_erased(desk: Desk) -> None:
    before = {
        key: [each.event_id for pack in archived_packs(data) for each in pack.events]
        for key, data in desk.archive.kept.items()
    }
    _post(desk, "erasures", {"user_id": "ann", "reason": "asked", "after_days": 0})

    desk.worker.run(later(desk))

    after = {
        key: [each.event_id for pack in archived_packs(data) for each in pack.events]
        for key, data in desk.archive.kept.items()
    }
    assert after == before


def test_an_erasure_waits_and_can_be_cancelled_till_then(desk: Desk) -> None:
    request = _post(desk, "erasures", {"user_id": "ann", "reason": "asked"})
    desk.worker.run(later(desk))
    waiting = desk.ask("GET", "requests/{id}", request["id"])
    cancelled = desk.ask("DELETE", "requests/{id}", request["id"])
    desk.now += 40 * DAY
    desk.worker.run(later(desk))

    assert (waiting["status"], cancelled["status"]) == ("scheduled", "cancelled")
    assert '"ann"' in desk.everything()


def test_a_legal_hold_keeps_what_is_known(desk: Desk) -> None:
    _post(desk, "erasures", {"user_id": "ann", "reason": "asked", "after_days": 1})
    hold = _post(desk, "holds", {"user_id": "ann", "reason": "lawsuit 7"})
    desk.now += 2 * DAY
    desk.worker.run(later(desk))

    assert desk.ask("GET", "requests")["requests"][0]["status"] == "held"
    assert '"ann"' in desk.everything()
    with pytest.raises(RejectedRequestError, match="legal hold"):
        _post(desk, "erasures", {"user_id": "ann", "reason": "asked"})
    assert [each["user_id"] for each in desk.ask("GET", "holds")["holds"]] == ["ann"]
    assert desk.ask("DELETE", "holds/{id}", hold["id"]) == 204
    assert _post(desk, "erasures", {"user_id": "ann", "reason": "asked"})["http_status"] == 202


def test_work_that_is_cut_off_goes_on_where_it_was(desk: Desk) -> None:
    request = _post(desk, "erasures", {"user_id": "ann", "reason": "asked", "after_days": 0})

    class Impatient:
        """Time is up at each second look."""

        looks = 0

    def clock() -> datetime:
        Impatient.looks += 1
        return desk.now + (DAY if Impatient.looks % 3 == 0 else timedelta(0))

    worker = Worker(desk.requests, desk.worker.sources, clock)
    for _ in range(30):
        worker.run(later(desk))

    found = desk.ask("GET", "requests/{id}", request["id"])
    assert (found["status"], found["found"]["archive"]) == ("done", 2)
    assert '"ann"' not in desk.everything()


def test_the_audit_log_knows_what_was_done_but_not_of_whom(desk: Desk) -> None:
    request = _post(desk, "erasures", {"user_id": "ann", "reason": "asked", "after_days": 0})
    desk.worker.run(later(desk))

    entries = list(desk.audit.oldest_first("acme"))
    assert [entry.action for entry in entries] == ["privacy.erasure_requested", "privacy.erased"]
    assert {entry.target for entry in entries} == {Subject("acme", "ann").digest}
    assert "ann" not in msgspec.json.encode([entry.detail for entry in entries]).decode()
    assert list(broken_links(entries)) == []
    assert desk.ask("GET", "requests/{id}", request["id"])["user_id"] == ""


def test_the_newest_consent_of_a_purpose_counts(desk: Desk) -> None:
    for purpose, granted in (("marketing", True), ("analytics", True), ("marketing", False)):
        _post(desk, "consents", {"user_id": "ann", "purpose": purpose, "granted": granted, "version": "2"})

    told = desk.ask("GET", "consents", user_id="ann")["consents"]

    assert {purpose: said["granted"] for purpose, said in told.items()} == {"marketing": False, "analytics": True}
    assert desk.ask("GET", "consents", user_id="bob")["consents"] == {}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("exports", {"user_id": ""}, 400),
        ("erasures", {"user_id": "ann"}, 400),
        ("erasures", {"user_id": "ann", "reason": "x", "after_days": 31}, 400),
        ("consents", {"user_id": "ann", "purpose": "fun", "granted": True}, 400),
    ],
)
def test_what_is_not_valid_is_refused(desk: Desk, path: str, body: dict[str, Any], status: int) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        _post(desk, path, body)

    assert refused.value.status == status


@pytest.mark.parametrize("role", ["analyst", "developer", "viewer", "api_client"])
def test_only_administrators_see_any_of_it(desk: Desk, role: str) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        _post(desk, "exports", {"user_id": "ann"}, role)

    assert refused.value.status == 403


@pytest.mark.parametrize("named", ["r404", ""])
def test_what_is_not_there_is_not_found(desk: Desk, named: str) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        desk.ask("GET", "requests/{id}", named)

    assert refused.value.status == 404
