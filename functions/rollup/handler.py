"""Writes of window_state in, as a doorbell; rollups, closed windows and the cursor out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.rollup.batch import deadline, touched_minutes
from functions.rollup.publish import Publisher
from functions.rollup.report import report
from functions.rollup.roll_up import RollUp
from functions.rollup.settings import Settings
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.doorbells import SqsDoorbell
from shared.adapters.dynamodb import THREADS, dynamodb_client
from shared.adapters.forecast_queue import sqs_client
from shared.adapters.rollups import DynamoRollupStore
from shared.adapters.state_stores import state_store
from shared.windows.closed import NoDoorbell

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client = dynamodb_client()
state = state_store(client, settings.state_table, settings.state_layout)
closed = DynamoClosedWindowStore(client, settings.closed_window_table, lambda: uuid4().hex)
rollups = DynamoRollupStore(client, settings.rollup_table, ThreadPoolExecutor(THREADS).map)
doorbell = SqsDoorbell(sqs_client(), settings.doorbell_queue) if settings.doorbell_queue else NoDoorbell()
publisher = Publisher(state, closed, rollups, settings.groupings, settings.series_limit, clock, doorbell)
roll_up = RollUp(state, closed, publisher, settings.partitions, settings.closing_delay, clock)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    until = deadline(clock(), context.get_remaining_time_in_millis())
    report(roll_up.run(touched_minutes(event), until), clock(), logger, metrics)
    return {"batchItemFailures": []}
