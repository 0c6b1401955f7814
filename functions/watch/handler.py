"""Records of the event stream in; what cannot wait for its window to close is told."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.watch.batch import records_of
from functions.watch.report import report
from functions.watch.settings import Settings
from functions.watch.tally import Tally
from functions.watch.watch import Watch
from shared.adapters.anomalies import DynamoAnomalyStore
from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.event_bus import EventBridgeBus, events_client
from shared.adapters.folds import DynamoAnnouncements
from shared.adapters.policies import DynamoPolicyStore
from shared.anomalies.notices import Herald

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client = dynamodb_client()
anomalies = DynamoAnomalyStore(client, settings.anomaly_table)
watch = Watch(
    anomalies=anomalies,
    announcements=DynamoAnnouncements(client, settings.detection_table),
    policies=DynamoPolicyStore(client, settings.detection_table, clock),
    herald=Herald(anomalies, EventBridgeBus(events_client(), settings.event_bus), settings.console_url),
    tally=Tally(settings.error_ratio, settings.error_requests),
    resolution=settings.resolution,
    clock=clock,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    report(watch.run(records_of(event)), logger, metrics)
    return {"batchItemFailures": []}
