from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from functions.access.authorize import Authorizer, Caller
from functions.access.tokens import Tokens
from shared.access.keys import AccessKey
from shared.errors import RejectedRequestError, TransientError
from tests.builders.access import NOW, SECRET, access_key
from tests.fakes.access_keys import InMemoryAccessKeyStore
from tests.fakes.issuer import FakeIssuer


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def store() -> InMemoryAccessKeyStore:
    return InMemoryAccessKeyStore([access_key()])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def authorizer(store: InMemoryAccessKeyStore, clock: Clock) -> Authorizer:
    return authorizer_of(store, clock)


def authorizer_of(store: InMemoryAccessKeyStore, clock: Callable[[], datetime]) -> Authorizer:
    return Authorizer(store, Tokens((), FakeIssuer(), clock), clock, "hub")


WITH_KEY = {"headers": {"X-API-Key": SECRET.secret}}


@pytest.mark.parametrize(
    "request_",
    [
        WITH_KEY,
        {"headers": {"x-api-KEY": f" {SECRET.secret} "}},
        {"headers": {"Authorization": f"Bearer {SECRET.secret}"}},
        {"headers": {"authorization": f"bearer {SECRET.secret}"}},
        {"headers": None, "multiValueHeaders": {"X-Api-Key": [SECRET.secret]}},
        {"headers": {"X-API-Key": SECRET.secret, "Authorization": "Basic %%"}},
        {"headers": {"Authorization": f"Basic {b64encode(f'pk-lf-any:{SECRET.secret}'.encode()).decode()}"}},
    ],
)
def test_a_key_is_taken_from_either_header_in_any_case(authorizer: Authorizer, request_: dict[str, Any]) -> None:
    assert authorizer.authorize(request_) == Caller(access_key().principal, SECRET.digest)


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ({}, "no_key"),
        ({"headers": {}, "multiValueHeaders": None}, "no_key"),
        ({"headers": {"Authorization": "Basic eHg="}}, "no_key"),
        ({"headers": {"X-API-Key": ""}, "multiValueHeaders": {"X-API-Key": []}}, "no_key"),
        ({"headers": {"X-API-Key": "sesame"}}, "malformed_key"),
        ({"headers": {"Authorization": "Basic %%"}}, "malformed_key"),
        ({"headers": {"Authorization": "Digest eHg6eQ=="}}, "no_key"),
        ({"headers": {"Authorization": "Bearer a.b.c"}}, "malformed_token"),
        ({"headers": {"X-API-Key": "llmah_" + "x" * 43}}, "unknown_key"),
    ],
)
def test_a_request_without_a_known_key_is_refused(authorizer: Authorizer, request_: dict[str, Any], code: str) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        authorizer.authorize(request_)

    assert (refused.value.status, refused.value.code) == (401, code)


@pytest.mark.parametrize(
    ("key", "code"),
    [(access_key(valid_until=NOW), "expired_key"), (access_key(revoked_at=NOW, valid_until=NOW), "revoked_key")],
)
def test_a_key_that_is_over_is_refused(key: AccessKey, code: str) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        authorizer_of(InMemoryAccessKeyStore([key]), lambda: NOW).authorize(WITH_KEY)

    assert refused.value.code == code


def test_what_cannot_be_a_key_costs_no_look_up(authorizer: Authorizer, store: InMemoryAccessKeyStore) -> None:
    with pytest.raises(RejectedRequestError):
        authorizer.authorize({"headers": {"X-API-Key": "sesame"}})

    assert store.reads == 0


def test_a_warm_authorizer_reads_nothing(authorizer: Authorizer, store: InMemoryAccessKeyStore) -> None:
    authorizer.authorize(WITH_KEY)
    store.is_down = True

    authorizer.authorize(WITH_KEY)

    assert store.reads == 1


def test_a_revoked_key_works_no_longer_than_half_a_minute(
    authorizer: Authorizer, store: InMemoryAccessKeyStore, clock: Clock
) -> None:
    authorizer.authorize(WITH_KEY)
    store.revoke(SECRET.digest, NOW)

    clock.now += timedelta(seconds=29)
    authorizer.authorize(WITH_KEY)
    clock.now += timedelta(seconds=1)
    with pytest.raises(RejectedRequestError):
        authorizer.authorize(WITH_KEY)


def test_a_remembered_key_expires_on_time(store: InMemoryAccessKeyStore, clock: Clock) -> None:
    store.stored[SECRET.digest] = access_key(valid_until=NOW + timedelta(seconds=5))
    authorizer = authorizer_of(store, clock)
    authorizer.authorize(WITH_KEY)

    clock.now += timedelta(seconds=5)

    with pytest.raises(RejectedRequestError, match="key"):
        authorizer.authorize(WITH_KEY)


def test_a_store_that_is_down_is_not_a_refusal(authorizer: Authorizer, store: InMemoryAccessKeyStore) -> None:
    store.is_down = True

    with pytest.raises(TransientError):
        authorizer.authorize(WITH_KEY)
