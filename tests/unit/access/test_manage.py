from datetime import timedelta
from random import Random

import pytest

from functions.access.commands import CreateKey, parse_command
from functions.access.manage import KeyRing
from shared.access.keys import AccessKey
from shared.access.roles import Role
from shared.errors import RejectedError, RejectedRequestError, TransientError
from tests.builders.access import NOW
from tests.fakes.access_keys import InMemoryAccessKeyStore, InMemoryRatePlans


def unnoted(_action: str, _key: AccessKey) -> None:
    pass


ASKED = CreateKey(tenant="acme", role=Role.DEVELOPER, name="ci")


@pytest.fixture
def store() -> InMemoryAccessKeyStore:
    return InMemoryAccessKeyStore()


@pytest.fixture
def plans() -> InMemoryRatePlans:
    return InMemoryRatePlans()


@pytest.fixture
def ring(store: InMemoryAccessKeyStore, plans: InMemoryRatePlans) -> KeyRing:
    return KeyRing(store, plans, lambda: NOW, Random(7).randbytes)


def test_a_new_key_stands_in_store_and_plan(
    ring: KeyRing, store: InMemoryAccessKeyStore, plans: InMemoryRatePlans
) -> None:
    made = ring.create(ASKED, unnoted)

    assert store.find(made.secret.digest) == made.key
    assert plans.admitted["standard"] == {made.secret.digest}
    assert made.key.valid_until == NOW + timedelta(days=90)


def test_a_key_may_be_without_end(ring: KeyRing) -> None:
    assert ring.create(ASKED.model_copy(update={"valid_days": None}), unnoted).key.valid_until is None


def test_a_rate_plan_that_is_not_there_makes_no_key(ring: KeyRing, store: InMemoryAccessKeyStore) -> None:
    with pytest.raises(RejectedError) as refused:
        ring.create(ASKED.model_copy(update={"rate_plan": "golden"}), unnoted)

    assert refused.value.code == "unknown_rate_plan"
    assert store.stored == {}


def test_keys_are_listed_for_their_tenant_alone(ring: KeyRing) -> None:
    made = ring.create(ASKED, unnoted)
    ring.create(ASKED.model_copy(update={"tenant": "globex"}), unnoted)

    assert ring.list("acme") == [made.key]


def test_a_revoked_key_leaves_plan_and_stays_in_the_list(ring: KeyRing, plans: InMemoryRatePlans) -> None:
    made = ring.create(ASKED, unnoted)

    revoked = ring.revoke("acme", made.key.key_id, unnoted)

    assert revoked.revoked_at == NOW
    assert ring.list("acme") == [revoked]
    assert plans.admitted["standard"] == set()


def test_revoking_again_changes_nothing(ring: KeyRing, plans: InMemoryRatePlans) -> None:
    made = ring.create(ASKED, unnoted)
    ring.revoke("acme", made.key.key_id, unnoted)
    plans.admit(made.key)

    assert ring.revoke("acme", made.key.key_id, unnoted).revoked_at == NOW
    assert plans.admitted["standard"] == set()


def test_no_tenant_revokes_another_tenants_key(ring: KeyRing) -> None:
    made = ring.create(ASKED, unnoted)

    with pytest.raises(RejectedRequestError) as refused:
        ring.revoke("globex", made.key.key_id, unnoted)

    assert refused.value.code == "not_found"


def test_rotation_makes_the_same_key_anew_and_revokes_the_old(ring: KeyRing) -> None:
    old = ring.create(ASKED, unnoted)

    new = ring.rotate("acme", old.key.key_id, unnoted)

    assert new.secret != old.secret
    assert (new.key.role, new.key.name, new.key.valid_until) == (old.key.role, old.key.name, old.key.valid_until)
    assert {key.key_id: key.revoked_at for key in ring.list("acme")} == {old.key.key_id: NOW, new.key.key_id: None}


def test_a_key_without_end_is_rotated_to_one_without_end(ring: KeyRing) -> None:
    old = ring.create(ASKED.model_copy(update={"valid_days": None}), unnoted)

    assert ring.rotate("acme", old.key.key_id, unnoted).key.valid_until is None


def test_a_revoked_key_cannot_be_rotated(ring: KeyRing) -> None:
    made = ring.create(ASKED, unnoted)
    ring.revoke("acme", made.key.key_id, unnoted)

    with pytest.raises(RejectedRequestError) as refused:
        ring.rotate("acme", made.key.key_id, unnoted)

    assert refused.value.code == "key_revoked"


def test_a_store_that_fails_leaves_nothing_of_the_key(ring: KeyRing, store: InMemoryAccessKeyStore) -> None:
    digest = ring.create(ASKED, unnoted).secret.digest
    plans = InMemoryRatePlans()
    same_bytes = KeyRing(store, plans, lambda: NOW, Random(7).randbytes)

    with pytest.raises(TransientError):
        same_bytes.create(ASKED, unnoted)

    assert list(store.stored) == [digest]
    assert plans.admitted["standard"] == set()


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"command": "open_sesame"}, "command"),
        ({"command": "list_keys"}, "tenant"),
        ({"command": "list_keys", "tenant": "a#b"}, "tenant"),
        ({"command": "create_key", "tenant": "acme", "role": "emperor", "name": "x"}, "role"),
        ({"command": "create_key", "tenant": "acme", "role": "admin", "name": "x", "valid_days": 0}, "valid_days"),
        ({"command": "revoke_key", "tenant": "acme", "key_id": "llmah_x"}, "key_id"),
        ({"command": "list_keys", "tenant": "acme", "extra": 1}, "extra"),
    ],
)
def test_a_wrong_command_is_refused_by_field(asked: dict[str, object], field: str) -> None:
    with pytest.raises(RejectedRequestError) as refused:
        parse_command(asked)

    assert field in refused.value.fields


@pytest.mark.parametrize("step", ["create", "rotate", "revoke"])
def test_what_cannot_be_written_down_is_not_done(ring: KeyRing, store: InMemoryAccessKeyStore, step: str) -> None:
    made = ring.create(ASKED, unnoted)
    before = store.of_tenant("acme")

    def away(_action: str, _key: AccessKey) -> None:
        raise TransientError("the audit log is away")

    with pytest.raises(TransientError, match="audit log"):
        getattr(ring, step)(*((ASKED,) if step == "create" else ("acme", made.key.key_id)), away)

    assert store.of_tenant("acme") == before
