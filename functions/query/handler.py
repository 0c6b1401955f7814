"""A request in; rollups of closed windows, the state of open ones, anomalies and rules, as JSON, out."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics as Meter
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.query.alerts import Alerts
from functions.query.budgets import Budgets
from functions.query.events import Events
from functions.query.forecast_routes import Plans
from functions.query.forecasts import Forecasts
from functions.query.health import HealthCheck
from functions.query.incident_routes import Stories
from functions.query.incidents import Incidents
from functions.query.metrics import Metrics
from functions.query.prices import PriceList
from functions.query.reading import Windows
from functions.query.series import Series
from functions.query.serve import Query
from functions.query.settings import Settings
from functions.query.summary import Summary
from functions.query.what_if import WhatIf
from shared.adapters.anomalies import DynamoAnomalyStore
from shared.adapters.budgets import DynamoBudgetStore
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.dynamodb import THREADS, dynamodb_client
from shared.adapters.event_bus import LazyBus
from shared.adapters.event_index import DynamoEventIndex
from shared.adapters.forecasts import DynamoForecastStore
from shared.adapters.incidents import DynamoIncidentStore
from shared.adapters.negotiated_prices import negotiated_prices
from shared.adapters.policies import DynamoPolicyStore
from shared.adapters.rollups import DynamoRollupStore
from shared.adapters.sightings import DynamoSightingStore
from shared.adapters.state_stores import state_store
from shared.anomalies.notices import Herald
from shared.measures.price_table import compiled_table

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
meter = Meter(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client, new_id = dynamodb_client(), lambda: uuid4().hex
state = state_store(client, settings.state_table, settings.state_layout)
closed = DynamoClosedWindowStore(client, settings.closed_window_table, new_id)
anomalies = DynamoAnomalyStore(client, settings.anomaly_table)
windows = Windows(
    state=state,
    closed=closed,
    rollups=DynamoRollupStore(client, settings.rollup_table),
    groupings=settings.groupings,
    series_limit=settings.series_limit,
    side_by_side=ThreadPoolExecutor(THREADS).map,
)
policies = DynamoPolicyStore(client, settings.detection_table, clock)
herald = Herald(anomalies, LazyBus(settings.event_bus), settings.console_url)
alerts = Alerts(anomalies, policies, herald, settings.grouping_names, clock, new_id)
health = HealthCheck(state, closed, settings.partitions, settings.closing_delay, clock)
reading = Metrics(windows, clock), Series(windows, clock), Summary(windows, clock)
negotiated = negotiated_prices(settings.price_table)
prices = PriceList(negotiated, windows, clock)
stories = Stories(
    Incidents(
        DynamoIncidentStore(client, settings.incident_table),
        DynamoSightingStore(client, settings.correlation_table),
        clock,
    ),
    Events(DynamoEventIndex(client, settings.event_index_table), clock),
)
plans = Plans(
    Forecasts(DynamoForecastStore(client, settings.forecast_table), settings.groupings),
    Budgets(DynamoBudgetStore(client, settings.budget_table), new_id),
    WhatIf(windows.rollups, closed, negotiated, cache(compiled_table), clock),
)
query = Query(*reading, health, alerts, prices, stories, plans, logger, meter)


@logger.inject_lambda_context(clear_state=True)
@meter.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    return query.serve(event)
