"""The quarantine in S3: one object per record, its bytes as they came, the reason beside them as metadata."""

from typing import TYPE_CHECKING
from urllib.parse import quote

from shared.adapters.s3 import failures_are_transient
from shared.packs.quarantine import QuarantinedRecord

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LONGEST_METADATA = 500
"""Characters of one value, once quoted to ASCII; an object may have 2 KB in all."""


class S3Quarantine:
    """`Quarantine` under `quarantine/{stage}/{shard}/{sequence}`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, record: QuarantinedRecord) -> None:
        metadata = {"code": record.code, "message": record.message, "partition-key": record.partition_key}
        with failures_are_transient("quarantine"):
            self._client.put_object(
                Bucket=self._bucket,
                Key=f"quarantine/{record.stage}/{record.shard}/{record.sequence}",
                Body=record.data,
                Metadata={name: _as_metadata(value) for name, value in metadata.items()},
            )


def _as_metadata(text: str) -> str:
    """Metadata travels in HTTP headers: percent-encoded, and cut without cutting an escape in two."""
    quoted = ""
    for character in text[:LONGEST_METADATA]:
        escaped = quote(character, safe=" /:,;=()[]{}'\"<>+", errors="replace")
        if len(quoted) + len(escaped) > LONGEST_METADATA:
            break
        quoted += escaped
    return quoted.strip()
