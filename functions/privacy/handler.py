"""Requests about data subjects and a tick in; exports, erasures and their audit out."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.privacy.holds import Keeping
from functions.privacy.requests import Requests
from functions.privacy.routes import Privacy
from functions.privacy.serve import Stage
from functions.privacy.settings import Settings
from functions.privacy.sources import ArchivedEvents, IndexedEvents, SeenSignals, ToldIncidents
from functions.privacy.working import Worker
from shared.adapters.archive import S3Archive
from shared.adapters.audit import DynamoAuditStore
from shared.adapters.documents import DynamoDocumentStore
from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.event_index import DynamoEventIndex
from shared.adapters.exports import S3Exports
from shared.adapters.incidents import DynamoIncidentStore
from shared.adapters.s3 import s3_client
from shared.adapters.sightings import DynamoSightingStore
from shared.audit.log import AuditLog

LEFT = timedelta(seconds=20)

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client, s3 = dynamodb_client(), s3_client()
documents, audit = DynamoDocumentStore(client, settings.document_table), DynamoAuditStore(client, settings.audit_table)
log = AuditLog(audit, clock)
requests = Requests(documents, S3Exports(s3, settings.export_bucket), log, clock, lambda: uuid4().hex)
sources = (
    ArchivedEvents(S3Archive(s3, settings.archive_bucket)),
    IndexedEvents(DynamoEventIndex(client, settings.event_index_table)),
    ToldIncidents(DynamoIncidentStore(client, settings.incident_table)),
    SeenSignals(DynamoSightingStore(client, settings.correlation_table)),
)
stage = Stage(Privacy(requests, Keeping(documents, log, clock)), Worker(requests, sources, clock), logger, metrics)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    left = timedelta(milliseconds=context.get_remaining_time_in_millis())
    return settings.origins.share(event, stage.serve(event, clock() + left - LEFT))
