"""The doorbell in SQS (moto): what rollup sends is what the mirror understands."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.timestream.serve import touched_windows
from shared.adapters.doorbells import SqsDoorbell
from shared.errors import TransientError
from shared.windows.window import Resolution, Window

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("resolution", Resolution)
def test_a_ring_names_its_window(resolution: Resolution) -> None:
    with mock_aws():
        client: Any = boto3.client("sqs", region_name="us-east-1")
        url = client.create_queue(QueueName="rung")["QueueUrl"]

        SqsDoorbell(client, url).ring(Window(NOON, resolution))

        [message] = client.receive_message(QueueUrl=url)["Messages"]
    assert touched_windows([{"body": message["Body"]}]) == {Window(NOON, resolution)}


def test_a_queue_that_is_not_there_is_the_worlds_trouble() -> None:
    with mock_aws():
        client: Any = boto3.client("sqs", region_name="us-east-1")

        with pytest.raises(TransientError, match="ring"):
            SqsDoorbell(client, "https://sqs.us-east-1.amazonaws.com/123456789012/nowhere").ring(Window(NOON))
