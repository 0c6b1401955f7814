"""Rate plans as usage plans of API Gateway, which throttles and meters each of our keys by its digest."""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from shared.access.keys import AccessKey
from shared.adapters.dynamodb import failures_are_transient
from shared.errors import RejectedError

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient


def gateway_client() -> "APIGatewayClient":
    # API Gateway's control plane takes ten requests a second and says so by throttling.
    config = Config(connect_timeout=2, read_timeout=5, retries={"mode": "standard", "max_attempts": 4})
    return boto3.client("apigateway", config=config)


class GatewayRatePlans:
    """A plan's usage plan is named "<prefix>-<plan>"; the gateway's key is named as ours, its value is our digest."""

    def __init__(self, client: "APIGatewayClient", prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def admit(self, key: AccessKey) -> None:
        plan_id = self._plan_id(key.rate_plan)
        with failures_are_transient("make a gateway key"):
            made = self._client.create_api_key(name=key.key_id, value=key.digest, enabled=True)
            self._client.create_usage_plan_key(usagePlanId=plan_id, keyId=made["id"], keyType="API_KEY")

    def remove(self, key: AccessKey) -> None:
        with failures_are_transient("delete a gateway key"):
            for gateway_key_id in self._gateway_keys(key):
                self._delete(gateway_key_id)

    def _plan_id(self, rate_plan: str) -> str:
        wanted = f"{self._prefix}-{rate_plan}"
        with failures_are_transient("read the usage plans"):
            for page in self._client.get_paginator("get_usage_plans").paginate():
                for plan in page["items"]:
                    if plan.get("name") == wanted:
                        return plan["id"]
        raise RejectedError("unknown_rate_plan", f"there is no rate plan {rate_plan!r}")

    def _gateway_keys(self, key: AccessKey) -> list[str]:
        """`nameQuery` finds names that begin so."""
        pages = self._client.get_paginator("get_api_keys").paginate(nameQuery=key.key_id, includeValues=False)
        return [found["id"] for page in pages for found in page["items"] if found.get("name") == key.key_id]

    def _delete(self, gateway_key_id: str) -> None:
        try:
            self._client.delete_api_key(apiKey=gateway_key_id)
        except self._client.exceptions.NotFoundException:
            return
