from datetime import timedelta
from hashlib import sha256

import pytest

from shared.access.keys import ApiKey, new_key_id
from tests.builders.access import NOW, SECRET, access_key


def counting_bytes(length: int) -> bytes:
    return bytes(range(length))


def test_a_key_is_its_lead_and_32_bytes_in_base64url() -> None:
    key = ApiKey.new(counting_bytes)

    assert key.secret == "llmah_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
    assert ApiKey.parse(key.secret) == key


def test_a_key_is_found_by_the_sha_256_of_its_text() -> None:
    assert SECRET.digest == sha256(SECRET.secret.encode()).hexdigest()


def test_the_prefix_tells_keys_apart() -> None:
    assert ApiKey.new(counting_bytes).prefix == "AAECAwQF"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "llmah_",
        "llmah_short",
        "LLMAH_" + "k" * 43,
        "llmah_" + "k" * 44,
        "llmah_" + "k" * 42 + "=",
        "x" + SECRET.secret,
    ],
)
def test_what_cannot_be_a_key_is_none(text: str) -> None:
    assert ApiKey.parse(text) is None


def test_neither_secret_nor_digest_shows() -> None:
    shown = f"{SECRET} {SECRET!r} {access_key()} {access_key()!r}"

    assert SECRET.secret not in shown
    assert SECRET.digest not in shown


def test_a_key_is_valid_until_it_expires() -> None:
    key = access_key(valid_until=NOW + timedelta(days=1))

    assert key.is_valid(NOW)
    assert not key.is_valid(NOW + timedelta(days=1))


def test_a_revoked_key_is_not_valid_whenever_it_would_expire() -> None:
    assert not access_key(revoked_at=NOW, valid_until=NOW + timedelta(days=1)).is_valid(NOW)


def test_a_key_without_end_stays_valid() -> None:
    assert access_key().is_valid(NOW + timedelta(days=36500))


def test_a_key_id_is_32_hex_digits() -> None:
    assert new_key_id(counting_bytes) == "key_000102030405060708090a0b0c0d0e0f"
