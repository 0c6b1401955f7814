"""Does what was requested, as much as fits into one invocation; the next goes on where this one ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from functions.privacy.requests import EVERYBODY, Requests, part_key
from shared.documents.document import DocumentKind
from shared.privacy.request import PrivacyRequest, RequestKind, RequestStatus
from shared.privacy.stores import Found, Json, PersonalData
from shared.privacy.subject import Subject

SETTLED: Final = timedelta(hours=1)
"""What arrived later may still be written by the stages that keep it."""
MOST_RECORDS: Final = 5_000
"""In one part of an export."""


@dataclass(frozen=True, slots=True)
class Outcome:
    done: int = 0
    records: int = 0


@dataclass(frozen=True, slots=True)
class Worker:
    """Progress is written after each source's pass or when time is up, so a crash repeats some places: an erasure done
    again changes nothing, a part of an export is written over.
    """

    requests: Requests
    sources: Sequence[PersonalData]
    clock: Callable[[], datetime]

    def run(self, until: datetime) -> Outcome:
        """All that is due, until time is up."""
        done = records = 0
        store = self.requests.store
        for head in store.heads(EVERYBODY, DocumentKind.PRIVACY_WORK):
            tenant, request_id = head.about["tenant"], head.about["request"]
            request = self.requests.change(tenant, request_id, lambda each: each)
            if not request.status.is_over and request.not_before <= self.clock() < until:
                request, found = self._go_on(request, until)
                records += found
            if request.status.is_over:
                store.delete(EVERYBODY, DocumentKind.PRIVACY_WORK, head.id)
                done += 1
        return Outcome(done, records)

    def _go_on(self, request: PrivacyRequest, until: datetime) -> tuple[PrivacyRequest, int]:
        """The request as far as it has come, and how many records were found on the way."""
        subject, records = Subject(request.tenant, request.user_id), 0
        if request.kind is RequestKind.ERASURE and self.requests.is_held(subject):
            return self._ended(msgspec.structs.replace(request, status=RequestStatus.HELD)), 0
        while request.source < len(self.sources):
            request, found, is_whole = self._pass(request, subject, until)
            records += found
            if not is_whole:
                return self._kept(request), records
            request = self._kept(request.at_next_source())
        return self._ended(request.done(self.clock())), records

    def _pass(self, request: PrivacyRequest, subject: Subject, until: datetime) -> tuple[PrivacyRequest, int, bool]:
        """Through one source; the last says whether it came to its end."""
        source, waiting, found = self.sources[request.source], list[Json](), 0
        for place in source.of(subject, request.not_before - SETTLED, request.after):
            found += len(place.records)
            waiting += self._done(source, subject, request, place)
            request = request.counted(source.name, len(place.records), place.place)
            if len(waiting) >= MOST_RECORDS or self.clock() >= until:
                return self._written(request, waiting), found, False
        return self._written(request, waiting), found, True

    def _done(self, source: PersonalData, subject: Subject, request: PrivacyRequest, place: Found) -> Sequence[Json]:
        """What is to be exported; an erasure is done here and leaves nothing."""
        if request.kind is RequestKind.EXPORT:
            return [{"source": source.name, "record": record} for record in place.records]
        if place.records:
            source.erase(subject, place)
        return ()

    def _written(self, request: PrivacyRequest, records: Sequence[Json]) -> PrivacyRequest:
        if not records:
            return request
        lines = msgspec.json.Encoder().encode_lines(records)
        self.requests.exports.put(part_key(request, request.parts), lines)
        return msgspec.structs.replace(request, parts=request.parts + 1)

    def _kept(self, request: PrivacyRequest) -> PrivacyRequest:
        return self.requests.change(request.tenant, request.id, lambda _: request)

    def _ended(self, request: PrivacyRequest) -> PrivacyRequest:
        action = {RequestStatus.DONE: {"export": "exported", "erasure": "erased"}[request.kind]}
        counts = {source: str(count) for source, count in request.found.items()}
        self.requests.audit.record(
            request.tenant,
            request.requested_by,
            f"privacy.{action.get(request.status, 'held')}",
            request.subject,
            {"request": request.id, **counts},
        )
        return self._kept(request)
