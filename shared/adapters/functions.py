"""Functions of the hub, invoked as a stream's mapping would invoke them."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

CONNECTIONS = 8
LONGEST_SECONDS = 330
"""A little more than any stage that is invoked may take: to stop waiting is not to stop the function."""
CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=LONGEST_SECONDS,
    max_pool_connections=CONNECTIONS,
    retries={"mode": "standard", "total_max_attempts": 1},
)


def lambda_client() -> "LambdaClient":
    return boto3.client("lambda", config=CLIENT_CONFIG)


class LambdaInvoker:
    def __init__(self, client: "LambdaClient") -> None:
        self._client = client

    def __call__(self, function: str, asked: Mapping[str, Any]) -> None:
        """Return when the function has done it all; TransientError if it failed, or left records undone."""
        try:
            answer = self._client.invoke(FunctionName=function, Payload=json.dumps(asked).encode())
            said = json.loads(answer["Payload"].read() or b"null")
        except ClientError as error:
            raise TransientError(f"invoke: {error.response['Error'].get('Code', 'unknown')}") from error
        except (BotoCoreError, ValueError) as error:
            raise TransientError(f"invoke: {type(error).__name__}") from error
        if answer.get("FunctionError") or (said or {}).get("batchItemFailures"):
            raise TransientError("invoke: the function failed")
