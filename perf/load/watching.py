"""What grows while a hub runs: memory and handles of the functions' processes, and the items of the tables."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
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
class Sample:
    """Of all processes of functions together."""

    memory_mb: float
    handles: int
    processes: int
    items: int


def sampled(emulator: Endpoint, pid: int) -> Sample:
    """`pid` is the emulator's, whose children the functions are."""
    workers = [each for each in psutil.Process(pid).children(recursive=True) if each.is_running()]
    memory, handles = 0, 0
    for worker in workers:
        try:
            memory, handles = memory + worker.memory_info().rss, handles + worker.num_fds()
        except psutil.NoSuchProcess:
            continue
    return Sample(round(memory / MB, 1), handles, len(workers), _items(emulator))


def growth(samples: Sequence[Sample]) -> dict[str, float]:
    """From the second quarter, when all is warm, to the last, as a share; by process, as there may be more of them.

    >>> growth([Sample(100.0 + at, 20, 2, 10 * at) for at in range(8)])
    {'memory': 0.039, 'handles': 0.0, 'items_a_sample': 10.0}
    """
    quarter = len(samples) // 4
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]

    def grown(name: str) -> float:
        first, last = (
            float(median(asdict(each)[name] / max(1, each.processes) for each in some)) for some in (early, late)
        )
        return float(round(last / first - 1, 3))

    apart = len(samples) - 1
    return {
        "memory": grown("memory_mb"),
        "handles": grown("handles"),
        "items_a_sample": (samples[-1].items - samples[0].items) / apart,
    }


def _items(emulator: Endpoint) -> int:
    dynamodb: Any = client("dynamodb", emulator)
    tables = dynamodb.list_tables()["TableNames"]
    return sum(int(dynamodb.describe_table(TableName=table)["Table"]["ItemCount"]) for table in tables)
