"""A POST of events in; one pack of events for each partition out, and an answer that names every item refused."""

import gc
from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.ingestion.endpoint import Endpoint
from functions.ingestion.formats import formats
from functions.ingestion.ingest import Ingestion
from functions.ingestion.pricing import TenantPricing
from functions.ingestion.request import Limits
from functions.ingestion.settings import Settings
from shared.adapters.event_streams import event_stream
from shared.adapters.negotiated_prices import negotiated_prices
from shared.adapters.refusals import refusal_counts
from shared.packs.packing import Packing

# A request's events are many and hold no cycles: looking for some after every 700 took a quarter of decoding them.
gc.set_threshold(50_000)
settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
clock = partial(datetime.now, UTC)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
ingestion = Ingestion(
    stream=event_stream(settings.event_stream, settings.partitions, settings.kafka_brokers),
    packing=Packing(settings.partitions, settings.allowed_lateness),
    price=TenantPricing(negotiated_prices(settings.price_table), clock),
    clock=clock,
    limits=Limits(settings.max_body_bytes, settings.max_inflated_bytes),
    formats=formats(keep_content=settings.keep_content),
)
endpoint = Endpoint(ingestion, refusal_counts(settings.refusal_table), logger, metrics)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    return settings.origins.share(event, endpoint.serve(event))
