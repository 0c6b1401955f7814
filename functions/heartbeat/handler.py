"""The schedule's call in, once a minute; one tick into every partition of the event stream out."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.heartbeat.beat import Heartbeat
from functions.heartbeat.settings import Settings
from shared.adapters.event_streams import event_stream
from shared.observability.metrics import MetricName

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
heartbeat = Heartbeat(
    stream=event_stream(settings.event_stream, settings.partitions, settings.kafka_brokers),
    partitions=settings.partitions,
    clock=partial(datetime.now, UTC),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001 the runtime's signature
    ticks = heartbeat.beat()
    metrics.add_metric(MetricName.TICKS_PUBLISHED, MetricUnit.Count, ticks)
    logger.info("ticks published", ticks=ticks)
