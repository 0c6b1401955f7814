"""The failure bucket in S3."""

from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import unquote

from shared.adapters.s3 import failures_are_transient
from shared.packs.failures import Failure, FailureRef

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3FailureStore:
    """`FailureStore`. The bucket is versioned, so what is deleted can be had back for as long as failures are kept."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def waiting(self, after: str = "") -> Iterator[FailureRef]:
        with failures_are_transient("list failures"):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, StartAfter=after)
            for page in pages:
                for found in page.get("Contents", []):
                    yield FailureRef(found["Key"], found["LastModified"], found["Size"])

    def read(self, key: str) -> Failure | None:
        with failures_are_transient("read failure"):
            try:
                found = self._client.get_object(Bucket=self._bucket, Key=key)
            except self._client.exceptions.NoSuchKey:
                return None
            reason = {name: unquote(value) for name, value in found["Metadata"].items()}
            return Failure(key, found["Body"].read(), reason)

    def delete(self, key: str) -> None:
        with failures_are_transient("delete failure"):
            self._client.delete_object(Bucket=self._bucket, Key=key)
