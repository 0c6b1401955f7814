"""What grows while a hub runs: memory and handles of the functions' processes, and the items of the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import psutil

from infra.local.clock import client
from infra.local.endpoint import Endpoint

MB: Final = 1 << 20
MOST_GROWTH: Final = 0.05
"""Of memory and of handles, from the second quarter of a soak to its last."""
FEWEST_SAMPLES: Final = 8


@dataclass(frozen=True, slots=True)
class Used:
    """By one process of a function."""

    function: str
    memory_mb: float
    handles: int


@dataclass(frozen=True, slots=True)
class Sample:
    """What every process of a function used at a moment, by its id, and how many items all tables had."""

    processes: Mapping[int, Used]
    items: int


def sampled(emulator: Endpoint, pid: int) -> Sample:
    """`pid` is the emulator's, whose children the functions are."""
    processes: dict[int, Used] = {}
    for worker in psutil.Process(pid).children(recursive=True):
        try:
            name = worker.environ().get("AWS_LAMBDA_FUNCTION_NAME", "")
            memory = round(worker.memory_info().rss / MB, 1)
            processes[worker.pid] = Used(name, memory, worker.num_fds())
        except psutil.NoSuchProcess:
            continue
    return Sample(processes, _items(emulator))


def growth(samples: Sequence[Sample]) -> dict[str, float]:
    """From the second quarter, when all is warm, to the last, as a share of all that the same processes used: neither one more
    process nor one less is growth.

    >>> growth([Sample({1: Used("query", 100.0 + at, 20)}, items=10 * at) for at in range(8)])
    {'memory': 0.039, 'handles': 0.0, 'items_a_sample': 10.0}
    """
    apart = len(samples) - 1
    return {
        "memory": _grown(samples, "memory_mb"),
        "handles": _grown(samples, "handles"),
        "items_a_sample": round((samples[-1].items - samples[0].items) / apart, 1),
    }


def most_grown(samples: Sequence[Sample], name: str) -> list[tuple[str, float]]:
    """Functions with what a process of theirs used more in the last quarter than in the second, most first."""
    early, late = _quarters(samples)
    grown: dict[str, float] = {}
    for pid in _throughout(samples):
        function = samples[-1].processes[pid].function
        more = _middle(late, pid, name) - _middle(early, pid, name)
        grown[function] = max(more, grown.get(function, more))
    return sorted(((function, more) for function, more in grown.items() if more > 0), key=lambda each: -each[1])


def _grown(samples: Sequence[Sample], name: str) -> float:
    first, last = (sum(_middle(some, pid, name) for pid in _throughout(samples)) for some in _quarters(samples))
    return round(last / first - 1, 3) if first else 0.0


def _quarters(samples: Sequence[Sample]) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """The second and the last."""
    quarter = len(samples) // 4
    return samples[quarter : 2 * quarter], samples[-quarter:]


def _throughout(samples: Sequence[Sample]) -> list[int]:
    """The processes that were there in both."""
    early, late = _quarters(samples)
    return sorted(set.intersection(*(set(each.processes) for each in (*early, *late))))


def _middle(samples: Sequence[Sample], pid: int, name: str) -> float:
    return float(median(getattr(each.processes[pid], name) for each in samples))


def _items(emulator: Endpoint) -> int:
    dynamodb: Any = client("dynamodb", emulator)
    tables = dynamodb.list_tables()["TableNames"]
    return sum(int(dynamodb.describe_table(TableName=table)["Table"]["ItemCount"]) for table in tables)
