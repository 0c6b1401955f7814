"""The schedule's call or an operator's command in; what failed or was archived goes out to the hub again."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.redrive.redrive import Redrive
from functions.redrive.replay import Replay
from functions.redrive.serve import Operations
from functions.redrive.settings import Settings
from shared.adapters.archive import S3Archive
from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.event_streams import event_stream
from shared.adapters.failures import S3FailureStore
from shared.adapters.functions import CONNECTIONS, LONGEST_SECONDS, LambdaInvoker, lambda_client
from shared.adapters.quarantine import S3Quarantine
from shared.adapters.quarantine_notes import DynamoQuarantineNotes
from shared.adapters.s3 import s3_client
from shared.packs.quarantine import NotedQuarantine

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
s3 = s3_client()
stream = event_stream(settings.event_stream, settings.partitions, settings.kafka_brokers)
redrive = Redrive(
    failures=S3FailureStore(s3, settings.failure_bucket),
    quarantine=NotedQuarantine(
        S3Quarantine(s3, settings.failure_bucket), DynamoQuarantineNotes(dynamodb_client(), settings.refusal_table)
    ),
    stream=stream,
    invoke=LambdaInvoker(lambda_client()),
    partitions=settings.partitions,
    reinvoked=frozenset({settings.archive_function}),
    clock=clock,
    side_by_side=ThreadPoolExecutor(CONNECTIONS).map,
)
replay = Replay(S3Archive(s3, settings.archive_bucket), stream, settings.partitions, clock, time.sleep)
operations = Operations(redrive, replay, logger, metrics)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    begin_no_more_in = timedelta(milliseconds=context.get_remaining_time_in_millis(), seconds=-LONGEST_SECONDS)
    return operations.serve(event, clock() + begin_no_more_in)
