"""ServeGen's folder: real LLM traffic of a cloud provider, as rates, gap distributions and token histograms by client."""

import ast
import csv
import json
import math
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path

from perf.workloads.traced import TracedRequest, UnknownTraceError

_STEP_SECONDS = 600
_HOUR_SECONDS = 3600


def sampled_requests(folder: Path, limit: int, seed: int) -> list[TracedRequest]:
    """About `limit` requests of the busiest hour, in order of time; each client of the folder is a team."""
    clients = [_Client.load(trace) for trace in sorted(folder.glob("chunk-*-trace.csv")) if _dataset_of(trace).exists()]
    if not clients:
        raise UnknownTraceError(f"{folder} has no client with both a trace and a dataset")
    start = _busiest_hour(clients)
    expected = sum(client.expected(start) for client in clients)
    share = min(1.0, limit / expected)
    requests = [request for client in clients for request in client.sample(start, share, seed)]
    return sorted(requests, key=lambda request: request.at)


def _dataset_of(trace: Path) -> Path:
    return trace.with_name(trace.name.replace("-trace.csv", "-dataset.json"))


def _busiest_hour(clients: Iterable["_Client"]) -> int:
    load: dict[int, float] = {}
    for client in clients:
        for time, step in client.steps.items():
            hour = time - time % _HOUR_SECONDS
            load[hour] = load.get(hour, 0.0) + step.rate
    return max(load, key=lambda hour: load[hour])


@dataclass(frozen=True, slots=True)
class _Step:
    """Ten minutes of one client: so many requests a second, with gaps of this distribution."""

    rate: float
    distribution: str
    shape: float
    scale: float

    def gaps(self, rate: float, random_source: random.Random) -> Iterator[float]:
        """Gaps of the fitted shape, scaled to `rate`, so that bursts stay bursts in a sample."""
        while True:
            if self.distribution == "Weibull":
                mean = self.scale * math.gamma(1 + 1 / self.shape)
                yield random_source.weibullvariate(self.scale, self.shape) / mean / rate
            else:
                yield random_source.gammavariate(self.shape, self.scale) / (self.shape * self.scale) / rate


@dataclass(frozen=True, slots=True)
class _Client:
    model: str
    name: str
    steps: Mapping[int, _Step]
    tokens: Mapping[int, Mapping[str, "_Histogram"]]

    @classmethod
    def load(cls, trace: Path) -> "_Client":
        name = trace.name.removesuffix("-trace.csv")
        with trace.open(newline="") as lines:
            rows = [row for row in csv.reader(lines) if float(row[1]) > 0]
        steps = {int(row[0]): _Step(float(row[1]), row[3], float(row[4]), float(row[5])) for row in rows}
        return cls(f"servegen-{trace.parent.name}", name, steps, _histograms(_dataset_of(trace)))

    def expected(self, start: int) -> float:
        return sum(step.rate * _STEP_SECONDS for _, step in self._steps_of_hour(start))

    def sample(self, start: int, share: float, seed: int) -> Iterator[TracedRequest]:
        random_source = random.Random(f"{seed}/{self.name}/{start}")
        for time, step in self._steps_of_hour(start):
            tokens = self.tokens[max(known for known in self.tokens if known <= time)]
            at = float(time)
            for gap in step.gaps(step.rate * share, random_source):
                at += gap
                if at >= time + _STEP_SECONDS:
                    break
                read, written = tokens["input_tokens"].draw(random_source), tokens["output_tokens"].draw(random_source)
                yield TracedRequest(at, self.model, self.name, read, written)

    def _steps_of_hour(self, start: int) -> list[tuple[int, _Step]]:
        times = range(start, start + _HOUR_SECONDS, _STEP_SECONDS)
        return [(time, self.steps[time]) for time in times if time in self.steps]


@dataclass(frozen=True, slots=True)
class _Histogram:
    values: tuple[int, ...]
    cumulative: tuple[float, ...]

    def draw(self, random_source: random.Random) -> int:
        return random_source.choices(self.values, cum_weights=self.cumulative)[0]


def _histograms(dataset: Path) -> dict[int, dict[str, _Histogram]]:
    """The file holds, for each time, Python dicts written as text: tokens to probability."""
    windows = json.loads(dataset.read_text())
    return {int(time): {name: _histogram(text) for name, text in window.items()} for time, window in windows.items()}


def _histogram(text: str) -> _Histogram:
    shares: dict[int, float] = ast.literal_eval(text)
    return _Histogram(tuple(int(value) for value in shares), tuple(accumulate(shares.values())))
