"""Runs a client's program, which knows of the hub and of its LLM what any user's would: addresses and a key."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.clients.catalog import Client
from tests.clients.installing import FOLDER, command_of

_PATIENCE_SECONDS = 180


class ClientError(Exception):
    """A client's program failed; the text says how."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Of the stub and of the relay, and the key of the client's tenant."""

    llm: str
    hub: str
    key: str


def drive(client: Client, addresses: Addresses) -> None:
    log = FOLDER / f"{client.name}.log"
    with log.open("wb") as told:
        done = subprocess.run(
            command_of(client),
            env=_environment(client, addresses),
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    if done.returncode:
        raise ClientError(f"{client.name} failed:\n{_tail(log)}")


def _environment(client: Client, addresses: Addresses) -> dict[str, str]:
    """The settings of docs/send, and nothing of the machine's but where programs are and its home."""
    llm, hub, key = f"{addresses.llm}/{client.name}", f"{addresses.hub}/{client.name}", addresses.key
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ["HOME"],
        "LANG": "C.UTF-8",
        "NO_PROXY": "127.0.0.1",
        "LLM_URL": llm,
        "HUB_URL": hub,
        "HUB_KEY": key,
        "OTEL_EXPORTER_OTLP_ENDPOINT": hub,
        "OTEL_EXPORTER_OTLP_HEADERS": f"X-API-Key={key}",
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
        "OTEL_RESOURCE_ATTRIBUTES": "service.name=shop,team=search",
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "OTEL_EXPORTER": "otlp_http",
        "OTEL_ENDPOINT": hub,
        "OTEL_HEADERS": f"X-API-Key={key}",
        "GENERIC_LOGGER_ENDPOINT": f"{hub}/v1/litellm",
        "GENERIC_LOGGER_HEADERS": f"Authorization=Bearer {key}",
        "LANGFUSE_BASE_URL": hub,
        "LANGFUSE_PUBLIC_KEY": "pk-lf-hub",
        "LANGFUSE_SECRET_KEY": key,
        **client.environment,
    }


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-40:])
