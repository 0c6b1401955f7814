"""Exports of data subjects in S3, which drops them after seven days."""

from typing import TYPE_CHECKING, Final

from shared.adapters.s3 import failures_are_transient

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LINK_SECONDS: Final = 300


class S3Exports:
    """`Exports`; a link is signed with the function's own passing credentials, so it lives for minutes and is made anew."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def put(self, key: str, content: bytes) -> None:
        with failures_are_transient("put export"):
            self._client.put_object(Bucket=self._bucket, Key=key, Body=content, ContentType="application/x-ndjson")

    def link(self, key: str) -> str:
        with failures_are_transient("sign"):
            return self._client.generate_presigned_url(
                "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=LINK_SECONDS
            )
