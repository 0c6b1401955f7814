"""A browser's request in; the console's page, its parts and what it must know of the deployment out."""

from pathlib import Path
from typing import Any

from aws_lambda_powertools import Logger, Metrics as Meter
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.console.serve import Console
from functions.console.settings import Settings
from functions.console.site import Site

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
meter = Meter(service=settings.service_name, namespace=settings.metrics_namespace)
console = Console(
    site=Site(Path(__file__).parent / "site"),
    facts=settings.facts,
    elsewhere=settings.elsewhere,
    origins=settings.origins,
    logger=logger,
    meter=meter,
)


@logger.inject_lambda_context(clear_state=True)
@meter.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 the runtime's signature
    return console.serve(event)
