"""A call of CloudFormation in, when the hub is deployed; the topic of the event stream, and an answer, out."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.topic.deploy import Deployer
from functions.topic.settings import Settings
from shared.adapters.kafka_topics import kafka_topics
from shared.adapters.stack_answers import answer_stack
from shared.packs.topic import Topic

settings = Settings.from_environment()
logger = Logger(service=settings.service_name)
metrics = Metrics(service=settings.service_name, namespace=settings.metrics_namespace)
deployer = Deployer(
    topics=kafka_topics(settings.kafka_brokers),
    topic=Topic(settings.event_stream, settings.partitions, settings.retention),
    answer=answer_stack,
)


@logger.inject_lambda_context(clear_state=True)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: LambdaContext) -> None:  # noqa: ARG001 the runtime's signature
    logger.info("answered", outcome=deployer.serve(event))
