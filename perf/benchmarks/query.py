"""CPU of answering from stored rollups: a day of one series by the minute, and an overview of fifty by the quarter hour.

The table is a stand-in that hands out what DynamoDB would (JSON, items of some hundred bytes in base64), so the clock
runs over all that a handler does but the network; it has never seen those rollups, or has just read them (`again`). `ratio` is one rollup read and decoded alone over one read as a column.
"""

import time
from base64 import b64encode
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any

import msgspec
import numpy as np

from functions.query.analyse import Analysis
from functions.query.analysis_models import Question
from functions.query.reading import Windows
from perf.benchmarks.rounds import ROUNDS, WARM_UP
from shared.access.principal import Principal
from shared.access.roles import Role
from shared.adapters.dynamodb_api import DynamoApi
from shared.adapters.rollup_columns import DynamoColumnStore
from shared.adapters.rollups import DynamoRollupStore, _item
from shared.observability.responses import answer
from shared.sketches.summaries import Summaries
from shared.windows.closed import Cursor
from shared.windows.columns import forget
from shared.windows.groups import GROUPINGS
from shared.windows.rollups import Rollup, RollupRange
from shared.windows.table import Key, SummaryTable, table_of_codes
from shared.windows.window import Resolution, Window

NOW = datetime(2026, 11, 22, tzinfo=UTC)
DAY = timedelta(days=1)
MODELS = 50
MEASURES = (
    *("cached_input_tokens", "computed_cost_usd", "errors", "events", "input_tokens", "latency_ms", "output_tokens"),
    *("reported_cost_usd", "requests", "tokens_per_second", "ttft_ms", "unpriced_requests"),
)
CHANCES = {"events": 1.0, "requests": 1.0, "errors": 0.02, "unpriced_requests": 0.02}
WHO = Principal("acme", Role.VIEWER, "key_1", "standard")
READ = frozenset(("sk", "values", "table", "version"))
OVERVIEW = ("sum(computed_cost_usd) / sum(requests)", "p95(latency_ms)", "sum(errors) / sum(requests)")


class _Table:
    """`Api`: answers queries by partition key."""

    def __init__(self, rollups: Sequence[Rollup]) -> None:
        items = defaultdict(list)
        for rollup in rollups:
            item = _item(rollup)
            told = {
                name: {"B": b64encode(value["B"]).decode()} if "B" in value else value for name, value in item.items()
            }
            items[item["pk"]["S"]].append(told)
        self._answers = {key: msgspec.json.encode({"Items": some}) for key, some in items.items()}

    def post(self, operation: str, body: bytes) -> tuple[int, bytes]:  # noqa: ARG002 (it is always Query)
        key = msgspec.json.decode(body)["ExpressionAttributeValues"][":pk"]["S"]
        return 200, self._answers.get(key, b'{"Items":[]}')


class _AllClosed:
    """The one thing that is asked of closed windows."""

    def cursor(self) -> Cursor:
        return Cursor(Window(NOW - DAY), Window(NOW))


class _NothingOpen:
    """No minute is open."""

    def minute(self, _minute: Window) -> list[Any]:
        return []


def measure() -> dict[str, float]:
    minutes = [Window(NOW - DAY + number * timedelta(minutes=1)) for number in range(1440)]
    quarters = [Window(NOW - DAY + number * timedelta(minutes=15), Resolution.QUARTER_HOUR) for number in range(96)]
    draw = np.random.default_rng(0)
    one = _api([_rollup(("acme", "total"), minute, 40, draw) for minute in minutes])
    many = _api(
        [
            _rollup(("acme", "model", f"model-{model}"), window, 30, draw)
            for model in range(MODELS)
            for window in quarters
        ]
    )
    day = Question.model_validate(
        {"resolution": "1m", "queries": [{"name": "latency", "expression": "p95(latency_ms)"}]}
    )
    overview = Question.model_validate(
        {
            "resolution": "15m",
            "queries": [{"name": text, "expression": text, "group_by": ["model"], "top": MODELS} for text in OVERVIEW],
        }
    )
    wanted = RollupRange("acme", "total", Resolution.MINUTE, NOW - DAY, NOW)
    alone = _milliseconds(lambda: list(DynamoRollupStore(one.as_client, "rollups").read(wanted)))
    together = _milliseconds(lambda: DynamoColumnStore(one, "rollups").columns(wanted, ("latency_ms",), 2000), forget)
    return {
        "day_ms": round(_milliseconds(partial(_ask, one, day), forget), 1),
        "overview_ms": round(_milliseconds(partial(_ask, many, overview), forget), 1),
        "overview_again_ms": round(_milliseconds(partial(_ask, many, overview)), 1),
        "ratio": round(alone / together, 1),
    }


def _ask(api: DynamoApi, question: Question) -> None:
    rollups, columns = DynamoRollupStore(api.as_client, "rollups"), DynamoColumnStore(api, "rollups")
    windows = Windows(_NothingOpen(), _AllClosed(), rollups, GROUPINGS, 5_000)  # type: ignore[arg-type] # what is asked of them
    answer(200, Analysis(windows, columns, lambda: NOW).answer(WHO, question))


def _api(rollups: Sequence[Rollup]) -> DynamoApi:
    table = _Table(rollups)
    return DynamoApi(None, lambda: table)


def _rollup(key: Key, window: Window, requests: int, draw: np.random.Generator) -> Rollup:
    """A group's window as traffic makes it: every measure observed once a request, a count being 1 or, mostly, 0."""
    value = np.exp(draw.normal(12, 0.6, (len(MEASURES), requests))).astype(np.int64)
    for measure, chance in CHANCES.items():
        value[MEASURES.index(measure)] = draw.random(requests) < chance
    codes = np.repeat(np.arange(len(MEASURES)), requests)
    table: SummaryTable = table_of_codes([key], MEASURES, Summaries.of(codes, value.ravel()))
    return Rollup(key, window, requests, table)


def _milliseconds(run: Callable[[], object], before: Callable[[], object] = lambda: None) -> float:
    taken = []
    for _ in range(WARM_UP + ROUNDS):
        before()
        started = time.process_time()
        run()
        taken.append(time.process_time() - started)
    return median(taken[WARM_UP:]) * 1000
