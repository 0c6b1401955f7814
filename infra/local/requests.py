"""The POSTs of a run: their exact bodies, some compressed, some sent again on purpose."""

import gzip
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from backports import zstd

from infra.local.workload import Json, Workload

ITEMS_PER_POST = 500
_EVERY_TENTH = 10


@dataclass(frozen=True, slots=True)
class Post:
    """One request. Of its `items`, `invalid` must be refused and `again` were in an earlier request already."""

    body: bytes
    headers: dict[str, str]
    items: int
    invalid: int
    again: int = 0


def posts_of(workload: Workload, seed: int = 1, items_per_post: int = ITEMS_PER_POST) -> Iterator[Post]:
    """Every item once; then, as producers do when an answer is lost, one batch of ten whole and two of ten re-batched."""
    batches = _batches(workload, Random(seed), items_per_post)  # noqa: S311 (a workload, not a secret)
    for number, batch in enumerate(batches):
        yield _post(number, batch, again=False)
    for first in range(0, len(batches), _EVERY_TENTH):
        yield _post(first, batches[first], again=True)
        yield _post(first + 1, _rebatched(batches[first : first + 2]), again=True)


_Item = tuple[Json, bool]


def _batches(workload: Workload, random: Random, size: int) -> list[list[_Item]]:
    items: list[_Item] = [(event, True) for event in workload.events]
    for mistake in workload.mistakes:
        items.insert(random.randrange(len(items) + 1), (mistake, False))
    return [items[start : start + size] for start in range(0, len(items), size)]


def _rebatched(neighbours: Sequence[list[_Item]]) -> list[_Item]:
    """The second half of a batch with the first half of the next."""
    halves = [
        batch[len(batch) // 2 :] if place == 0 else batch[: len(batch) // 2] for place, batch in enumerate(neighbours)
    ]
    return [item for half in halves for item in half]


def _post(number: int, batch: Sequence[_Item], *, again: bool) -> Post:
    valid = sum(is_valid for _, is_valid in batch)
    body = json.dumps([item for item, _ in batch], separators=(",", ":")).encode()
    encoding, compress = _ENCODINGS[number % len(_ENCODINGS)]
    headers = {"content-type": "application/json"} | ({"content-encoding": encoding} if encoding else {})
    return Post(compress(body), headers, len(batch), len(batch) - valid, valid if again else 0)


def _gzipped(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


_ENCODINGS: tuple[tuple[str | None, Callable[[Any], bytes]], ...] = (
    ("zstd", zstd.compress),
    ("gzip", _gzipped),
    (None, bytes),
)
