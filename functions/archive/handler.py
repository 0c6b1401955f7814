"""Records of the event stream in; objects of the archive out, by tenant and hour of arrival."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.archive.batch import batch_of
from functions.archive.keep import Keeper
from functions.archive.report import report
from functions.archive.settings import Settings
from shared.adapters.archive import S3Archive
from shared.adapters.s3 import CONNECTIONS, s3_client
from shared.observability.metrics import MetricName

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
keeper = Keeper(S3Archive(s3_client(), settings.archive_bucket, ThreadPoolExecutor(CONNECTIONS).map))


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    batch = batch_of(event)
    metrics.add_metric(MetricName.RECORDS_CONSUMED, MetricUnit.Count, len(batch.records))
    report(keeper.keep(batch), logger, metrics)
    return {"batchItemFailures": []}
