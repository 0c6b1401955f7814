"""The doorbell of closed windows, as messages of an SQS queue: `5m#2026-11-22T12:00Z`."""

from typing import TYPE_CHECKING

from shared.adapters.dynamodb import failures_are_transient
from shared.windows.window import Window

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsDoorbell:
    """`Doorbell`."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def ring(self, window: Window) -> None:
        with failures_are_transient("ring"):
            self._client.send_message(QueueUrl=self._url, MessageBody=f"{window.resolution.value}#{window.key}")
