import json
from collections.abc import Mapping
from threading import Lock
from typing import Any

import pytest

from infra.local.hub import Answer, Hub, HubRefusedError
from infra.local.requests import Post
from infra.local.sending import Answered, send_all


class ScriptedHub(Hub):
    """Answers with what it was given, or fails with it, in order; then accepts all."""

    def __init__(self, *answers: Answer | OSError) -> None:
        super().__init__("http://hub.invalid", "llmah_key")
        object.__setattr__(self, "answers", list(answers))
        object.__setattr__(self, "taken", [])
        object.__setattr__(self, "lock", Lock())

    answers: list[Answer | OSError]
    taken: list[bytes]
    lock: Any

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:  # noqa: ARG002 (the hub's signature)
        with self.lock:
            self.taken.append(body)
            answer = self.answers.pop(0) if self.answers else accepted(2)
        if isinstance(answer, OSError):
            raise answer
        return answer


def accepted(items: int, rejected: int = 0) -> Answer:
    told = {"accepted": items, "rejected": [{"index": index} for index in range(rejected)]}
    return Answer(202, {}, json.dumps(told).encode())


def test_what_was_accepted_rejected_and_sent_again_adds_up() -> None:
    hub = ScriptedHub(accepted(2, 1), accepted(3))
    posts = [Post(b"one", {}, items=3, invalid=1), Post(b"two", {}, items=3, invalid=0, again=3)]

    answered = send_all(hub, posts, on_answer=lambda _: None)

    assert answered == Answered(accepted=5, rejected=1, again=3)


def test_a_busy_hub_is_asked_again_with_the_same_body() -> None:
    busy = [Answer(429, {"retry-after": "0"}, b""), Answer(503, {"retry-after": "0"}, b"")]
    hub = ScriptedHub(*busy)

    answered = send_all(hub, [Post(b"one", {}, items=2, invalid=0)], on_answer=lambda _: None)

    assert answered == Answered(accepted=2)
    assert hub.taken == [b"one"] * 3


def test_a_post_whose_function_died_or_that_had_no_answer_is_sent_again() -> None:
    died = Answer(502, {"retry-after": "0"}, b"")
    hub = ScriptedHub(died, TimeoutError("no answer"))

    answered = send_all(hub, [Post(b"one", {}, items=2, invalid=0)], on_answer=lambda _: None)

    assert answered == Answered(accepted=2)
    assert hub.taken == [b"one"] * 3


def test_another_refusal_ends_the_run_with_what_the_hub_said() -> None:
    hub = ScriptedHub(Answer(401, {}, b"no key"))

    with pytest.raises(HubRefusedError, match="401: no key"):
        send_all(hub, [Post(b"one", {}, items=1, invalid=0)], on_answer=lambda _: None)


def test_the_key_is_not_in_what_is_printed_of_a_hub() -> None:
    assert "llmah_key" not in repr(Hub("http://hub.invalid", "llmah_key"))
