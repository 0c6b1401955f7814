"""Records of the event stream, anomalies and a tick in; signals, the event index, incidents and notices out."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.correlation.correlate import Correlator
from functions.correlation.follow import Follower
from functions.correlation.incoming import incoming
from functions.correlation.observe import Observer
from functions.correlation.report import report
from functions.correlation.settings import Settings
from functions.correlation.telling import Teller
from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.event_bus import EventBridgeBus, events_client
from shared.adapters.event_index import DynamoEventIndex
from shared.adapters.incidents import DynamoIncidentStore
from shared.adapters.rollups import DynamoRollupStore
from shared.adapters.sightings import DynamoSightingStore

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client = dynamodb_client()
sightings = DynamoSightingStore(client, settings.correlation_table)
incidents = DynamoIncidentStore(client, settings.incident_table)
teller = Teller(incidents, EventBridgeBus(events_client(), settings.event_bus), settings.console_url)
follower = Follower(
    Observer(sightings, DynamoEventIndex(client, settings.event_index_table), clock),
    Correlator(sightings, incidents, teller, DynamoRollupStore(client, settings.rollup_table), clock),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    report(follower.follow(incoming(event)), logger, metrics)
    return {"batchItemFailures": []}
