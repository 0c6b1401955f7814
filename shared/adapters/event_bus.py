"""The hub's bus on EventBridge."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import boto3
import msgspec
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from shared.anomalies.notices import SOURCE
from shared.errors import TransientError

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_CONFIG = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "max_attempts": 5})


def events_client() -> "EventBridgeClient":
    return boto3.client("events", config=_CONFIG)


class EventBridgeBus:
    """`NoticeBus`: one entry a call, since notices are few."""

    def __init__(self, client: "EventBridgeClient", bus: str) -> None:
        self._client = client
        self._bus = bus

    def put(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        entry = {
            "EventBusName": self._bus,
            "Source": SOURCE,
            "DetailType": detail_type,
            "Detail": msgspec.json.encode(detail).decode(),
        }
        try:
            answer = self._client.put_events(Entries=[entry])  # type: ignore[list-item] # a literal dict of texts
        except ClientError as error:
            raise TransientError(f"put events: {error.response['Error'].get('Code', 'unknown')}") from error
        except BotoCoreError as error:
            raise TransientError(f"put events: {type(error).__name__}") from error
        if answer["FailedEntryCount"]:
            raise TransientError(f"put events: {answer['Entries'][0].get('ErrorCode', 'unknown')}")


class LazyBus:
    """`NoticeBus` for a stage that seldom tells anything: its client is made when it does."""

    def __init__(self, bus: str) -> None:
        self._bus = bus

    def put(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        EventBridgeBus(events_client(), self._bus).put(detail_type, detail)
