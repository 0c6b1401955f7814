"""The real handlers, set up as their Lambda functions are, but for the network."""

import base64
import os
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from perf.benchmarks.network import aws_answer, fake_botocore, fake_sockets

Handler = Any
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_ENDPOINT_URL_KINESIS": "http://kinesis.eu-central-1.amazonaws.com",  # the fake speaks no TLS
    "AWS_ENDPOINT_URL_DYNAMODB": "http://dynamodb.eu-central-1.amazonaws.com",
    "POWERTOOLS_SERVICE_NAME": "benchmark",
    "POWERTOOLS_METRICS_NAMESPACE": "LLMAnalyticsHub",
    "POWERTOOLS_LOG_LEVEL": "INFO",
    "EVENT_STREAM": "events",
    "PRICE_TABLE": "prices",
    "REFUSAL_TABLE": "refusals",
    "KEEP_CONTENT": "false",
    "PARTITIONS": "16",
    "ALLOWED_LATENESS_SECONDS": "86400",
    "MAX_BODY_BYTES": "4194304",
    "MAX_INFLATED_BYTES": "33554432",
    "STATE_TABLE": "window_state",
    "STATE_LAYOUT": "items",
    "FAILURE_BUCKET": "failures",
}


@dataclass(frozen=True, slots=True)
class Context:
    """What the runtime tells a handler about its invocation."""

    function_name: str = "benchmark"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-central-1:123456789012:function:benchmark"
    aws_request_id: str = "52fdfc07-2182-454f-963f-5f0f9a621d72"


@cache
def handler(stage: str) -> Handler:
    """`functions.<stage>.handler.handler`, imported under a function's environment and a faked network."""
    os.environ.update(ENVIRONMENT)
    fake_sockets(aws_answer)
    fake_botocore("kinesis", aws_answer)
    fake_botocore("dynamodb", aws_answer)
    return import_module(f"functions.{stage}.handler").handler


def post(body: bytes) -> dict[str, Any]:
    """A POST as API Gateway's proxy integration hands it over, media types being binary."""
    return {
        "httpMethod": "POST",
        "path": "/v1/events/batch",
        "headers": {"Content-Type": "application/json"},
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
        "requestContext": {
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "authorizer": {"tenant": "acme", "role": "api_client", "key_id": "k-1", "rate_plan": "standard"},
        },
    }
