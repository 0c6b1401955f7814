"""A request's headers in, an IAM policy with its principal out; or a command in, and what became of the keys out."""

from datetime import UTC, datetime
from functools import partial
from secrets import token_bytes
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.access.authorize import Authorizer
from functions.access.keys_api import KeysApi
from functions.access.manage import KeyRing
from functions.access.serve import Access
from functions.access.settings import Settings
from functions.access.tokens import Tokens
from shared.adapters.access_keys import DynamoAccessKeyStore
from shared.adapters.audit import DynamoAuditStore
from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.oidc import HttpKeySource
from shared.adapters.usage_plans import GatewayRatePlans, gateway_client
from shared.audit.log import AuditLog

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client = dynamodb_client()
store = DynamoAccessKeyStore(client, settings.access_key_table)
plans = GatewayRatePlans(gateway_client(), settings.usage_plan_prefix)
tokens = Tokens(settings.issuers, HttpKeySource(), clock)
authorizer = Authorizer(store, tokens, clock, settings.usage_plan_prefix)
key_ring = KeyRing(store, plans, clock, token_bytes)
audit = AuditLog(DynamoAuditStore(client, settings.audit_table), clock)
access = Access(authorizer, key_ring, KeysApi(key_ring, audit), audit, logger, metrics)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    return settings.origins.share(event, access.serve(event))
