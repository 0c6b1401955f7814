"""The hour's tick or tasks of the queue in; forecasts, their scores, how budgets stand and notices of it out."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.forecasting.assess import Assessor
from functions.forecasting.batch import tasks_of
from functions.forecasting.planning import Planner
from functions.forecasting.predict import Predictor
from functions.forecasting.report import report
from functions.forecasting.settings import Settings
from functions.forecasting.telling import Teller
from functions.forecasting.work import Worker
from shared.adapters.budgets import DynamoBudgetStore
from shared.adapters.closed_windows import DynamoClosedWindowStore
from shared.adapters.dynamodb import dynamodb_client
from shared.adapters.event_bus import LazyBus
from shared.adapters.forecast_queue import SqsTaskQueue, sqs_client
from shared.adapters.forecasts import DynamoForecastStore
from shared.adapters.rollups import DynamoRollupStore

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
clock = partial(datetime.now, UTC)
client = dynamodb_client()
closed = DynamoClosedWindowStore(client, settings.closed_window_table, lambda: uuid4().hex)
rollups = DynamoRollupStore(client, settings.rollup_table)
budgets = DynamoBudgetStore(client, settings.budget_table)
teller = Teller(budgets, LazyBus(settings.event_bus), settings.console_url)
worker = Worker(
    Planner(closed, SqsTaskQueue(sqs_client(), settings.forecast_queue)),
    Predictor(rollups, DynamoForecastStore(client, settings.forecast_table), clock),
    Assessor(rollups, budgets, teller, clock),
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001 the runtime's signature
    report(worker.work(tasks_of(event)), logger, metrics)
