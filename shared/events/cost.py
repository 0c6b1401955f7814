"""What is spent: on tokens, on APIs, on resources, and against budgets."""

from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from shared.events.fields import BudgetUsd, LargeCount, Name, Quantity, Tokens, Usd, wire_tag


class CostData(Struct, tag_field="cost_type", tag=wire_tag, omit_defaults=True, gc=False):
    """One of the leaf payloads of `cost`."""


class ResourceType(StrEnum):
    COMPUTE = "compute"
    STORAGE = "storage"
    NETWORK = "network"
    MEMORY = "memory"
    GPU = "gpu"


class OtherResource(Struct, gc=False):
    """A resource that has no name of its own yet: `{"other": "text"}`."""

    other: Name


class BudgetAlertType(StrEnum):
    WARNING = "warning"
    CRITICAL = "critical"
    EXCEEDED = "exceeded"


class TokenCost(CostData, kw_only=True):
    model_id: Name
    request_id: Name
    prompt_tokens: Tokens
    completion_tokens: Tokens
    total_tokens: Tokens
    cost_per_prompt_token: Usd
    cost_per_completion_token: Usd
    total_cost_usd: Usd
    currency: Annotated[str, Meta(min_length=3, max_length=3)]


class ApiCost(CostData, kw_only=True):
    provider: Name
    api_endpoint: Name
    request_count: LargeCount
    cost_per_request: Usd
    total_cost_usd: BudgetUsd
    billing_period: Name


class ResourceConsumption(CostData, kw_only=True):
    resource_type: ResourceType | OtherResource
    resource_id: Name
    quantity: Quantity
    unit: Name
    cost_usd: BudgetUsd
    utilization_percent: Quantity


class BudgetAlert(CostData, kw_only=True):
    budget_id: Name
    budget_name: Name
    budget_limit_usd: BudgetUsd
    current_spend_usd: BudgetUsd
    threshold_percent: Quantity
    alert_type: BudgetAlertType


class CostPayload(Struct, tag_field="payload_type", tag="cost", gc=False):
    data: TokenCost | ApiCost | ResourceConsumption | BudgetAlert
