"""Sends the POSTs of a run, a few at a time, and adds up what the hub answered."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from infra.local.hub import Answer, Hub, HubRefusedError
from infra.local.requests import Post

AT_ONCE = 3
_TRIES = 30
_ACCEPTED = 202
# 502 and 504 are what is answered for a function that died; it may have done its work.
_NO_ANSWER = 504
_COME_AGAIN = frozenset({429, 502, 503, _NO_ANSWER})


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of requests: `again` counts accepted items that an earlier request had brought already."""

    accepted: int = 0
    rejected: int = 0
    again: int = 0

    def __add__(self, other: "Answered") -> "Answered":
        return Answered(self.accepted + other.accepted, self.rejected + other.rejected, self.again + other.again)


def send_all(hub: Hub, posts: Sequence[Post], *, on_answer: Callable[[Post], None]) -> Answered:
    """Every POST until it is answered 202; any other final answer ends the run."""

    def send(post: Post) -> Answered:
        answered = _send(hub, post)
        on_answer(post)
        return answered

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sum(threads.map(send, posts), Answered())


def _send(hub: Hub, post: Post) -> Answered:
    for _ in range(_TRIES):
        answer = _asked(hub, post)
        if answer.status == _ACCEPTED:
            told = answer.json()
            return Answered(told["accepted"], len(told["rejected"]), post.again)
        if answer.status not in _COME_AGAIN:
            break
        time.sleep(_patience_seconds(answer))
    raise HubRefusedError(f"a POST was answered {answer.status}: {answer.body.decode(errors='replace')[:500]}")


def _asked(hub: Hub, post: Post) -> Answer:
    """To a client, no answer is what a gateway that waited too long says."""
    try:
        return hub.post("/v1/events", post.body, post.headers)
    except OSError as failure:
        return Answer(_NO_ANSWER, {}, str(failure).encode())


def _patience_seconds(answer: Answer) -> float:
    asked = answer.headers.get("retry-after", "1")
    return min(float(asked), 30.0) if asked.replace(".", "", 1).isdigit() else 1.0
