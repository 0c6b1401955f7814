"""The queue over which forecasting is fanned out, on SQS."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import TransientError
from shared.forecasts.stores import Task

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MOST_AT_ONCE = 10
_CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 5})


def sqs_client() -> "SQSClient":
    return boto3.client("sqs", config=_CONFIG)


class SqsTaskQueue:
    """`TaskQueue`; a task is one message."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def put(self, tasks: Sequence[Task]) -> None:
        for first in range(0, len(tasks), MOST_AT_ONCE):
            self._put(tasks[first : first + MOST_AT_ONCE])

    def _put(self, tasks: Sequence[Task]) -> None:
        try:
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "MessageBody": msgspec.json.encode(task).decode()}
                    for number, task in enumerate(tasks)
                ],
            )
        except ClientError as error:
            raise TransientError(f"send: {error.response['Error'].get('Code', 'unknown')}") from error
        except BotoCoreError as error:
            raise TransientError(f"send: {type(error).__name__}") from error
        if failed := answer.get("Failed"):
            raise TransientError(f"send: {failed[0].get('Code', 'unknown')}")
