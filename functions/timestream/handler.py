"""Rollup's doorbell and a tick in; points in the engine of the deployment out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.timestream.backfill import Backfill
from functions.timestream.mirror import MirrorWindows
from functions.timestream.serve import Operations
from functions.timestream.settings import Settings
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.dynamodb import THREADS, dynamodb_client
from shared.adapters.influx import InfluxMirror
from shared.adapters.live_analytics import LiveAnalyticsMirror, timestream_client
from shared.adapters.looks import DynamoLookStore
from shared.adapters.rollups import DynamoRollupStore
from shared.adapters.secrets import read_secret, secrets_client
from shared.mirror.stores import Mirror

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
client = dynamodb_client()
if settings.engine == "influxdb":
    secret = partial(read_secret, secrets_client(), settings.secret)
    mirror: Mirror = InfluxMirror(settings.url, settings.database, secret, logger)
else:
    mirror = LiveAnalyticsMirror(timestream_client(), settings.database, logger)
windows = MirrorWindows(
    closed=DynamoClosedWindowStore(client, settings.closed_window_table, lambda: uuid4().hex),
    mirror=mirror,
    looks=DynamoLookStore(client, settings.look_table),
    patience=settings.patience,
    clock=partial(datetime.now, UTC),
)
rollups = DynamoRollupStore(client, settings.rollup_table, ThreadPoolExecutor(THREADS).map)
operations = Operations(windows, Backfill(windows, rollups, mirror, settings.groupings), logger, metrics)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return operations.serve(event, context.get_remaining_time_in_millis())
