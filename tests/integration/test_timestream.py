"""The real handler on DynamoDB (moto) and a real InfluxDB, fed what Lambda's mapping of rollup's doorbell hands over."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.rollups import DynamoRollupStore
from shared.errors import TransientError
from shared.mirror.points import Points, dimensions_of
from shared.observability.metrics import MetricName
from shared.windows.closed import Head
from shared.windows.groups import GROUPINGS, bucket_of, group_keys
from shared.windows.rollups import Rollup, RollupRange
from shared.windows.table import SummaryTable
from shared.windows.window import Resolution, Window
from tests.builders.aws import create_table
from tests.builders.influx import DATABASE, Influxd, influxd
from tests.builders.tables import cell, table

pytestmark = pytest.mark.network

MODULE = "functions.timestream.handler"
MINUTE = Resolution.MINUTE.containing(datetime.now(UTC) - timedelta(minutes=10))
TABLES = {"CLOSED_WINDOW_TABLE": "closed_windows", "ROLLUP_TABLE": "rollups", "LOOK_TABLE": "looks"}
CONTEXT = SimpleNamespace(
    function_name="timestream",
    function_version="1",
    memory_limit_in_mb=512,
    invoked_function_arn="arn:aws:lambda:eu-west-1:000000000000:function:timestream",
    aws_request_id="request-1",
    get_remaining_time_in_millis=lambda: 300_000,
)


@dataclass
class Deployed:
    handler: Any
    influx: Influxd
    closed: DynamoClosedWindowStore
    rollups: DynamoRollupStore

    def close(self, window: Window, content: SummaryTable) -> None:
        """As rollup does: rows, parts, head."""
        self.rollups.put([Rollup(key, window, rows.events(key), rows) for key, rows in content.per_key()])
        version = content.events(("acme", "total"))
        parts = self.closed.put_parts(window, content.split(bucket_of))
        self.closed.put_head(Head(window, version, 0, parts, datetime.now(UTC)))

    def ring(self, *windows: Window) -> Any:
        records = [{"eventSource": "aws:sqs", "body": f"{each.resolution.value}#{each.key}"} for each in windows]
        return self.handler({"Records": records}, CONTEXT)

    def mirrored(self, window: Window) -> dict[frozenset[tuple[str, str]], dict[str, Any]]:
        rows = self.influx.rows(f'SELECT * FROM "window_{window.resolution.value}" WHERE {_at(window)}')  # noqa: S608
        tags = [{name: value for name, value in row.items() if isinstance(value, str)} for row in rows]
        return {
            frozenset(of.items()): {
                name: value for name, value in row.items() if name not in {*of, "time", "version"} and value is not None
            }
            for of, row in zip(tags, rows, strict=True)
        }

    def kept(self, window: Window) -> dict[frozenset[tuple[str, str]], dict[str, Any]]:
        """What the hub's own rollups say."""
        ranges = [
            RollupRange("acme", "+".join(of) or "total", window.resolution, window.start, window.end)
            for of in GROUPINGS
        ]
        points = [
            Points.of(window, rollup.version, rollup.table) for wanted in ranges for rollup in self.rollups.read(wanted)
        ]
        return {
            frozenset({**dimensions_of(key), "measure": measure}.items()): {
                "count": each.counts[row],
                **{name: column[row] for name, column in each.values.items()},
            }
            for each in points
            for row, (key, measure) in enumerate(zip(each.keys, each.measures, strict=True))
        }


def _at(window: Window) -> str:
    return f"time = {int(window.start.timestamp())}s"


def traffic(calls: int) -> SummaryTable:
    seen = [
        (
            cell(f"model {number % 3}", team=None if number % 2 else "a,b"),
            {"latency_ms": 1_000 * number + 7, "computed_cost_usd": number},
        )
        for number in range(calls)
    ]
    return table(*seen).rekey(group_keys())


@pytest.fixture
def deployed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Deployed]:
    with influxd(tmp_path / "influxdb") as server, mock_aws():
        environment = {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
            "POWERTOOLS_SERVICE_NAME": "timestream",
            "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
            "GROUPINGS": json.dumps(GROUPINGS),
            "PATIENCE_SECONDS": "1",
            "TIMESTREAM": "influxdb",
            "TIMESTREAM_DATABASE": DATABASE,
            "INFLUX_URL": server.url,
            "INFLUX_SECRET": "influx",
            **TABLES,
        }
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delitem(sys.modules, MODULE, raising=False)
        client = boto3.client("dynamodb")
        for name in TABLES.values():
            create_table(client, name)
        boto3.client("secretsmanager").create_secret(Name="influx", SecretString='{"token": "t"}')
        handler = import_module(MODULE).handler
        closed = DynamoClosedWindowStore(client, "closed_windows", iter(map(str, range(100))).__next__)
        yield Deployed(handler, server, closed, DynamoRollupStore(client, "rollups", map))


def test_rows_equal_rollups_revisions_too(deployed: Deployed, capsys: pytest.CaptureFixture[str]) -> None:
    for calls in (7, 12):
        for window in (MINUTE, *MINUTE.parents):
            deployed.close(window, traffic(calls))

        deployed.ring(MINUTE, *MINUTE.parents)

        for window in (MINUTE, *MINUTE.parents):
            assert deployed.kept(window)
            assert deployed.mirrored(window) == deployed.kept(window)
    said = capsys.readouterr().out
    assert all(
        name.value in said
        for name in (MetricName.WINDOWS_MIRRORED, MetricName.POINTS_MIRRORED, MetricName.POINTS_REFUSED)
    )


def test_what_comes_while_the_engine_is_killed_is_not_missing_afterwards(deployed: Deployed) -> None:
    windows = [MINUTE, MINUTE.next, MINUTE.next.next]
    for window in windows:
        deployed.close(window, traffic(5))
    deployed.ring(windows[0])
    deployed.influx.kill()

    with pytest.raises(TransientError):
        deployed.ring(windows[1], windows[2])
    deployed.influx.start()
    deployed.ring(windows[1], windows[2])

    assert [deployed.mirrored(window) for window in windows] == [deployed.kept(window) for window in windows]


def test_the_tick_writes_once_more_what_another_call_may_have_overwritten(
    deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    deployed.close(MINUTE, traffic(5))
    deployed.ring(MINUTE)
    deployed.influx.ask("DROP MEASUREMENT window_1m")

    until = datetime.now(UTC) + timedelta(seconds=20)
    while not deployed.mirrored(MINUTE) and datetime.now(UTC) < until:
        deployed.handler({"source": "aws.events"}, CONTEXT)

    assert deployed.mirrored(MINUTE) == deployed.kept(MINUTE)
    assert MetricName.WINDOWS_MIRRORED_AGAIN.value in capsys.readouterr().out


def test_a_backfill_makes_a_lost_engine_whole(deployed: Deployed) -> None:
    deployed.close(MINUTE, traffic(5))

    said = deployed.handler(
        {
            "command": "backfill",
            "resolution": "1m",
            "from": MINUTE.start.isoformat(),
            "to": MINUTE.end.isoformat(),
            "tenants": ["acme"],
        },
        CONTEXT,
    )

    assert said["windows"] == 1
    assert deployed.mirrored(MINUTE) == deployed.kept(MINUTE)
