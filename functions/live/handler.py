"""Clients' words, closed windows, anomalies, incidents and a tick in; messages to whoever listens out."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.live.news import NewsDesk
from functions.live.pushing import Pushing
from functions.live.serve import Live
from functions.live.settings import Settings
from functions.live.speaking import Conversation
from functions.live.ticking import Ticking
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.live import DynamoLiveStore
from shared.adapters.state_stores import state_store
from shared.adapters.websockets import GatewayClients, websocket_client

THREADS = 32

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client = dynamodb_client()
store = DynamoLiveStore(client, settings.live_table)
state = state_store(client, settings.state_table, settings.state_layout)
closed = DynamoClosedWindowStore(client, settings.closed_window_table, lambda: uuid4().hex)
clients = GatewayClients(websocket_client(settings.endpoint))
pushing = Pushing(store, clients, ThreadPoolExecutor(THREADS).map)
live = Live(
    Conversation(store, closed, pushing, settings.groupings_by_dimensions, clock),
    NewsDesk(store, closed, pushing, clock),
    Ticking(store, state, closed, pushing, settings.groupings, settings.series_limit, clock, time.sleep),
    logger,
    metrics,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    return live.serve(event)
