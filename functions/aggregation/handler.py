"""Records of the event stream in; the state of open minutes, quarantined records and progress out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.aggregation.aggregate import Aggregator
from functions.aggregation.report import report
from functions.aggregation.settings import Settings
from shared.adapters.dynamodb import THREADS
from shared.adapters.dynamodb_api import dynamo_api
from shared.adapters.quarantine import S3Quarantine
from shared.adapters.quarantine_notes import DynamoQuarantineNotes
from shared.adapters.s3 import s3_client
from shared.adapters.state_stores import state_store
from shared.observability.metrics import MetricName
from shared.packs.arrived import arrived_records
from shared.packs.quarantine import NotedQuarantine

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
dynamodb = dynamo_api().as_client
aggregator = Aggregator(
    store=state_store(dynamodb, settings.state_table, settings.state_layout),
    quarantine=NotedQuarantine(
        S3Quarantine(s3_client(), settings.failure_bucket), DynamoQuarantineNotes(dynamodb, settings.refusal_table)
    ),
    clock=partial(datetime.now, UTC),
    side_by_side=ThreadPoolExecutor(THREADS).map,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    batch = arrived_records(event)
    metrics.add_metric(MetricName.RECORDS_CONSUMED, MetricUnit.Count, len(batch))
    report(aggregator.aggregate(batch), logger, metrics)
    return {"batchItemFailures": []}
