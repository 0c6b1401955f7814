"""Writes of closed_windows in, as a doorbell; anomalies, and what people are told of them, out."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.anomaly.batch import deadline
from functions.anomaly.fold import Detection, FoldWindows
from functions.anomaly.serve import Operations
from functions.anomaly.settings import Settings
from shared.adapters.anomalies import DynamoAnomalyStore
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.dynamodb import THREADS, dynamodb_client
from shared.adapters.event_bus import EventBridgeBus, events_client
from shared.adapters.folds import DynamoFoldStore
from shared.adapters.policies import DynamoPolicyStore
from shared.adapters.s3 import s3_client
from shared.anomalies.detector import judge
from shared.anomalies.learned import Scorer
from shared.anomalies.notices import Herald
from shared.anomalies.parameters import SHIPPED

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client, new_id = dynamodb_client(), lambda: uuid4().hex
anomalies = DynamoAnomalyStore(client, settings.anomaly_table)
detection = Detection(
    closed=DynamoClosedWindowStore(client, settings.closed_window_table, new_id),
    folds=DynamoFoldStore(client, settings.detection_table, s3_client(), settings.detection_bucket, new_id),
    anomalies=anomalies,
    policies=DynamoPolicyStore(client, settings.detection_table, clock),
    herald=Herald(anomalies, EventBridgeBus(events_client(), settings.event_bus), settings.console_url),
    scorer=Scorer(judge, replace(SHIPPED, method=settings.method, warm_up_windows=settings.warm_up_windows)),
    resolution=settings.resolution,
    told_from=settings.told_from,
    clock=clock,
    side_by_side=ThreadPoolExecutor(THREADS).map,
)
operations = Operations(FoldWindows(detection), logger, metrics)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return operations.serve(event, deadline(clock(), context.get_remaining_time_in_millis()))
