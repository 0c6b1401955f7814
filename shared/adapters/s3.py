"""What the S3 adapters share: one client, and errors of our own."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CONNECTIONS = 16
CLIENT_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    max_pool_connections=CONNECTIONS,
    retries={"mode": "standard", "max_attempts": 5},
)


def s3_client() -> "S3Client":
    return boto3.client("s3", config=CLIENT_CONFIG)


@contextmanager
def failures_are_transient(doing: str) -> Iterator[None]:
    """Whatever S3 answers is the world's fault: a lost network, throttling, a missing grant."""
    try:
        yield
    except ClientError as error:
        raise TransientError(f"{doing}: {error.response['Error'].get('Code', 'unknown')}") from error
    except BotoCoreError as error:
        raise TransientError(f"{doing}: {type(error).__name__}") from error


def keys_under(client: "S3Client", bucket: str, prefix: str, after: str = "") -> Iterator[str]:
    """In the order of the keys, page by page, from the first one that is greater."""
    with failures_are_transient("list"):
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix, StartAfter=after)
        for page in pages:
            yield from (found["Key"] for found in page.get("Contents", []))
