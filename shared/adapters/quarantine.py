"""The quarantine in S3: one object per record, its bytes as they came, the reason beside them as metadata."""

from typing import TYPE_CHECKING
from urllib.parse import quote

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.errors import TransientError
from shared.packs.quarantine import QuarantinedRecord

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CLIENT_CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 5})
LONGEST_METADATA = 500
"""Characters of one value, once quoted to ASCII; an object may have 2 KB in all."""


def s3_client() -> "S3Client":
    return boto3.client("s3", config=CLIENT_CONFIG)


class S3Quarantine:
    """`Quarantine` under `quarantine/{stage}/{shard}/{sequence}`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, record: QuarantinedRecord) -> None:
        metadata = {"code": record.code, "message": record.message, "partition-key": record.partition_key}
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"quarantine/{record.stage}/{record.shard}/{record.sequence}",
                Body=record.data,
                Metadata={name: _as_metadata(value) for name, value in metadata.items()},
            )
        except (ClientError, BotoCoreError) as error:
            raise TransientError(f"quarantine: {type(error).__name__}") from error


def _as_metadata(text: str) -> str:
    """Metadata travels in HTTP headers: percent-encoded, and cut without cutting an escape in two."""
    quoted = ""
    for character in text[:LONGEST_METADATA]:
        escaped = quote(character, safe=" /:,;=()[]{}'\"<>+", errors="replace")
        if len(quoted) + len(escaped) > LONGEST_METADATA:
            break
        quoted += escaped
    return quoted.strip()
