"""The way to clients of an API Gateway WebSocket API."""

from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.live.stores import Reached

if TYPE_CHECKING:
    from mypy_boto3_apigatewaymanagementapi import ApiGatewayManagementApiClient

_CONFIG: Final = Config(
    connect_timeout=1, read_timeout=2, max_pool_connections=32, retries={"mode": "standard", "max_attempts": 1}
)


def websocket_client(endpoint: str) -> "ApiGatewayManagementApiClient":
    """`endpoint` is the stage's: https://<api>.execute-api.<region>.amazonaws.com/<stage>."""
    return boto3.client("apigatewaymanagementapi", endpoint_url=endpoint, config=_CONFIG)


class GatewayClients:
    """`Clients`: what is not sent within two seconds is not sent; whoever missed it notices by the next number."""

    def __init__(self, client: "ApiGatewayManagementApiClient") -> None:
        self._client = client

    def send(self, connection_id: str, message: bytes) -> Reached:
        try:
            self._client.post_to_connection(ConnectionId=connection_id, Data=message)
        except self._client.exceptions.GoneException:
            return Reached.GONE
        except (ClientError, BotoCoreError):
            return Reached.NO
        return Reached.YES

    def close(self, connection_id: str) -> None:
        try:
            self._client.delete_connection(ConnectionId=connection_id)
        except (ClientError, BotoCoreError):
            return
