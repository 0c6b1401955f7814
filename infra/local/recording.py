"""The last run, kept to the byte, so that a replay is the same requests and not merely the same workload."""

import json
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from infra.local.requests import Post
from infra.local.workload import ModelTotals, Workload, totals_by_model


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a run was made of. `expected` are the sums by model that its events add up to."""

    name: str
    tenant: str
    start: str
    end: str
    events: int
    expected: ModelTotals


def recorded_of(workload: Workload, tenant: str) -> Recorded:
    return Recorded(
        name=workload.name,
        tenant=tenant,
        start=workload.start,
        end=workload.end,
        events=len(workload.events),
        expected=totals_by_model(workload.events),
    )


def save(folder: Path, recorded: Recorded, posts: Iterable[Post]) -> list[Post]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    kept = list(posts)
    for number, post in enumerate(kept):
        (folder / f"{number:05d}.body").write_bytes(post.body)
    heads = [asdict(replace(post, body=b"")) | {"body": None} for post in kept]
    (folder / "run.json").write_text(json.dumps({"recorded": asdict(recorded), "posts": heads}))
    return kept


def load(folder: Path) -> tuple[Recorded, list[Post]]:
    kept = json.loads((folder / "run.json").read_text())
    return Recorded(**kept["recorded"]), list(_posts(folder, kept["posts"]))


def _posts(folder: Path, heads: list[dict[str, object]]) -> Iterator[Post]:
    for number, head in enumerate(heads):
        body = (folder / f"{number:05d}.body").read_bytes()
        yield Post(**{**head, "body": body})  # type: ignore[arg-type]
