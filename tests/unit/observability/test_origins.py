"""What browsers are told beside an answer."""

from typing import Any

import pytest

from shared.observability.origins import PROTECTION, Origins
from shared.observability.responses import answer

OURS = "https://app.example.com"
ORIGINS = Origins.of(f"{OURS} http://localhost:5173")


def asked(origin: str | None, name: str = "Origin") -> dict[str, Any]:
    return {"httpMethod": "GET", "headers": {name: origin} if origin else None}


def shared(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.startswith("Access-Control-")}


@pytest.mark.parametrize("name", ["Origin", "origin"])
def test_a_page_of_a_listed_origin_may_read_the_answer_and_when_to_come_again(name: str) -> None:
    told = ORIGINS.share(asked(OURS, name), answer(200, {}))

    assert shared(told["headers"]) == {
        "Access-Control-Allow-Origin": OURS,
        "Access-Control-Expose-Headers": "ETag, Retry-After",
    }


@pytest.mark.parametrize(
    "origin", [None, "null", "https://evil.net", f"{OURS}.evil.net", "http://app.example.com", "*"]
)
def test_no_other_page_may_and_the_answer_is_not_handed_on_to_one(origin: str | None) -> None:
    told = ORIGINS.share(asked(origin), answer(200, {}, {"Vary": "X-API-Key"}))

    assert shared(told["headers"]) == {}
    assert told["headers"]["Vary"] == "X-API-Key, Origin"


def test_without_a_list_nothing_is_said_of_origins() -> None:
    told = Origins.of("").share(asked(OURS), answer(200, {}))

    assert shared(told["headers"]) == {}
    assert "Vary" not in told["headers"]


def test_every_answer_is_protected_and_a_stage_decides_how_long_its_own_may_be_kept() -> None:
    plain = Origins.of("").share(asked(None), answer(200, {}))
    kept = Origins.of("").share(asked(None), answer(200, {}, {"Cache-Control": "private, no-cache"}))

    assert plain["headers"] == {"Content-Type": "application/json", **PROTECTION}
    assert kept["headers"]["Cache-Control"] == "private, no-cache"


def test_what_is_no_answer_to_a_browser_stays_as_it_is() -> None:
    policy = {"principalId": "k-1", "policyDocument": {}}

    assert ORIGINS.share(asked(OURS), policy) is policy


def test_a_listed_page_may_send_a_key_and_no_other_learns_that_it_could() -> None:
    may, may_not = ORIGINS.preflight(asked(OURS)), ORIGINS.preflight(asked("https://evil.net"))

    assert may["statusCode"] == may_not["statusCode"] == 204
    assert "X-API-Key" in may["headers"]["Access-Control-Allow-Headers"]
    assert "PATCH" in may["headers"]["Access-Control-Allow-Methods"]
    assert may["headers"]["Access-Control-Allow-Origin"] == OURS
    assert "Access-Control-Allow-Credentials" not in may["headers"]
    assert shared(may_not["headers"]) == {}
