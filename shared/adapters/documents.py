"""Documents in DynamoDB: pk is tenant and kind, sk the id; the content is compressed, and lists do not read it out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import msgspec
from backports import zstd

from shared.adapters.dynamodb import failures_are_transient, put_on_condition, query_all
from shared.documents.document import Document, DocumentHead, DocumentKind

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDocumentStore:
    """`DocumentStore`; what has an end is dropped by the table within days of it."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def get(self, tenant: str, kind: DocumentKind, document_id: str) -> Document | None:
        with failures_are_transient("get"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(tenant, kind, document_id), ConsistentRead=True
            )
        if "Item" not in answer:
            return None
        content = msgspec.json.decode(zstd.decompress(answer["Item"]["content"]["B"]))
        return Document(_head(answer["Item"]), content)

    def heads(self, tenant: str, kind: DocumentKind) -> Sequence[DocumentHead]:
        items = query_all(
            self._client,
            TableName=self._table,
            ConsistentRead=True,
            KeyConditionExpression="pk = :pk",
            ProjectionExpression="head",
            ExpressionAttributeValues={":pk": {"S": f"{tenant}#{kind}"}},
        )
        return list(map(_head, items))

    def put(self, document: Document) -> bool:
        head = document.head
        item: dict[str, Any] = {
            **_key(head.tenant, head.kind, head.id),
            "edition": {"N": str(head.edition)},
            "head": {"S": msgspec.json.encode(head).decode()},
            "content": {"B": zstd.compress(msgspec.json.encode(document.content))},
        }
        if head.expires_at:
            item["expires_at"] = {"N": str(int(head.expires_at.timestamp()))}
        before: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if head.edition > 1:
            before = {
                "ConditionExpression": "edition = :before",
                "ExpressionAttributeValues": {":before": {"N": str(head.edition - 1)}},
            }
        return put_on_condition(self._client, TableName=self._table, Item=item, **before)

    def delete(self, tenant: str, kind: DocumentKind, document_id: str) -> bool:
        with failures_are_transient("delete"):
            answer = self._client.delete_item(
                TableName=self._table, Key=_key(tenant, kind, document_id), ReturnValues="ALL_OLD"
            )
        return bool(answer.get("Attributes"))


def _key(tenant: str, kind: DocumentKind, document_id: str) -> dict[str, Any]:
    return {"pk": {"S": f"{tenant}#{kind}"}, "sk": {"S": document_id}}


def _head(item: dict[str, Any]) -> DocumentHead:
    return msgspec.json.decode(item["head"]["S"], type=DocumentHead)
