"""A GET in; rollups of closed windows and the state of open ones, as JSON, out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics as Meter
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.query.health import HealthCheck
from functions.query.metrics import Metrics
from functions.query.reading import Windows
from functions.query.series import Series
from functions.query.serve import Query
from functions.query.settings import Settings
from functions.query.summary import Summary
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.dynamodb import THREADS, dynamodb_client
from shared.adapters.rollups import DynamoRollupStore
from shared.adapters.window_state import DynamoStateStore

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
meter = Meter(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client = dynamodb_client()
state = DynamoStateStore(client, settings.state_table)
closed = DynamoClosedWindowStore(client, settings.closed_window_table, lambda: uuid4().hex)
windows = Windows(
    state=state,
    closed=closed,
    rollups=DynamoRollupStore(client, settings.rollup_table),
    groupings=settings.groupings,
    series_limit=settings.series_limit,
    side_by_side=ThreadPoolExecutor(THREADS).map,
)
query = Query(
    metrics=Metrics(windows, clock),
    series=Series(windows, clock),
    summary=Summary(windows, clock),
    health=HealthCheck(state, closed, settings.partitions, settings.closing_delay, clock),
    logger=logger,
    meter=meter,
)


@logger.inject_lambda_context(clear_state=True)
@meter.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    return query.serve(event)
