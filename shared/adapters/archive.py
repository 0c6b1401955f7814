"""The archive in S3."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import takewhile
from typing import TYPE_CHECKING

from shared.adapters.s3 import failures_are_transient, keys_under
from shared.packs.archive import FOLDER, ArchivedObject, Hours, tenant_folder, tenant_in

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import StorageClassType

COLD_FROM_BYTES = 131_072
"""Glacier Instant Retrieval bills an object as if it had that many at least."""


class S3Archive:
    """`Archive` in one bucket; `side_by_side` is an executor's map, as a batch may be of many tenants."""

    def __init__(
        self,
        client: "S3Client",
        bucket: str,
        side_by_side: Callable[[Callable[[ArchivedObject], None], Iterable[ArchivedObject]], Iterable[None]] = map,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._side_by_side = side_by_side

    def put(self, objects: Sequence[ArchivedObject]) -> None:
        for _ in self._side_by_side(self._put_one, objects):
            pass

    def tenants(self) -> list[str]:
        with failures_are_transient("list tenants"):
            pages = self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._bucket, Prefix=FOLDER, Delimiter="/"
            )
            return [tenant_in(found["Prefix"]) for page in pages for found in page.get("CommonPrefixes", [])]

    def keys(self, tenant: str, hours: Hours, after: str = "") -> Iterator[str]:
        beyond = hours.beyond(tenant)
        keys = keys_under(self._client, self._bucket, tenant_folder(tenant), max(after, hours.before(tenant)))
        return takewhile(lambda key: key < beyond, keys)

    def read(self, key: str) -> bytes:
        with failures_are_transient("read"):
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()

    def _put_one(self, archived: ArchivedObject) -> None:
        with failures_are_transient("archive"):
            self._client.put_object(
                Bucket=self._bucket, Key=archived.key, Body=archived.data, StorageClass=_storage_class(archived.data)
            )


def _storage_class(data: bytes) -> "StorageClassType":
    """Most is never read again; what is costs $0.03 a GB, and comes as fast as from anywhere."""
    return "GLACIER_IR" if len(data) >= COLD_FROM_BYTES else "STANDARD"
