"""API keys of the local hub, made by its own access function."""

import json
from typing import Any

from infra.local.clock import client
from infra.local.endpoint import Endpoint
from infra.local.hub import HubRefusedError


def create_key(emulator: Endpoint, access_function: str, *, tenant: str, role: str = "admin") -> dict[str, Any]:
    """`{"api_key", "key": {"key_id", ...}}`: the key itself is told this once."""
    asked = {"tenant": tenant, "role": role, "name": tenant, "rate_plan": "high", "valid_days": None}
    return command(emulator, access_function, "create_key", **asked)


def revoke_key(emulator: Endpoint, access_function: str, *, tenant: str, key_id: str) -> dict[str, Any]:
    return command(emulator, access_function, "revoke_key", tenant=tenant, key_id=key_id)


def command(emulator: Endpoint, access_function: str, command_name: str, /, **asked: Any) -> dict[str, Any]:
    answer = client("lambda", emulator).invoke(
        FunctionName=access_function, Payload=json.dumps({"command": command_name, **asked})
    )
    told: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or "error" in told:
        raise HubRefusedError(f"{command_name} was refused: {told}")
    return told
