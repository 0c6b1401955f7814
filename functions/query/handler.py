"""A request in; what the hub knows, or keeps for people, as JSON, out."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.query.assembly import assembled
from functions.query.settings import Settings
from functions.query.stores import Stores
from shared.adapters.anomalies import DynamoAnomalyStore
from shared.adapters.audit import DynamoAuditStore
from shared.adapters.budgets import DynamoBudgetStore
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.documents import DynamoDocumentStore
from shared.adapters.dynamodb import threads
from shared.adapters.dynamodb_api import dynamo_api
from shared.adapters.event_bus import LazyBus
from shared.adapters.event_index import DynamoEventIndex
from shared.adapters.forecasts import DynamoForecastStore
from shared.adapters.incidents import DynamoIncidentStore
from shared.adapters.live import DynamoLiveStore
from shared.adapters.negotiated_prices import negotiated_prices
from shared.adapters.policies import DynamoPolicyStore
from shared.adapters.refusals import refusal_counts
from shared.adapters.rollup_columns import DynamoColumnStore
from shared.adapters.rollups import DynamoRollupStore
from shared.adapters.sightings import DynamoSightingStore
from shared.adapters.state_stores import state_store

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
meter = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
api, side_by_side, new_id, clock = dynamo_api(), threads(), lambda: uuid4().hex, partial(datetime.now, UTC)
client = api.as_client
stores = Stores(
    state=state_store(client, settings.state_table, settings.state_layout),
    closed=DynamoClosedWindowStore(client, settings.closed_window_table, new_id),
    rollups=DynamoRollupStore(client, settings.rollup_table, side_by_side),
    columns=DynamoColumnStore(api, settings.rollup_table, side_by_side),
    anomalies=DynamoAnomalyStore(client, settings.anomaly_table),
    policies=DynamoPolicyStore(client, settings.detection_table, clock),
    incidents=DynamoIncidentStore(client, settings.incident_table),
    sightings=DynamoSightingStore(client, settings.correlation_table),
    events=DynamoEventIndex(client, settings.event_index_table),
    forecasts=DynamoForecastStore(client, settings.forecast_table),
    budgets=DynamoBudgetStore(client, settings.budget_table),
    prices=negotiated_prices(settings.price_table),
    refusals=refusal_counts(settings.refusal_table),
    documents=DynamoDocumentStore(client, settings.document_table),
    audit=DynamoAuditStore(client, settings.audit_table),
    tickets=DynamoLiveStore(client, settings.live_table),
    bus=LazyBus(settings.event_bus),
    side_by_side=side_by_side,
)
query = assembled(settings, stores, clock, new_id, logger, meter)


@logger.inject_lambda_context(clear_state=True)
@meter.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    return settings.origins.share(event, query.serve(event))
