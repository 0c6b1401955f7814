"""The store of open windows in the layout of this deployment."""

from typing import TYPE_CHECKING
from uuid import uuid4

from shared.adapters.segment_items import DynamoSegmentItems
from shared.adapters.window_state import DynamoStateStore
from shared.windows.segmented import SegmentedStateStore
from shared.windows.state import StateLayout, StateStore

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ID_LENGTH = 16
"""Hexadecimal digits that tell apart the few who write the same number of the same item."""


def state_store(client: "DynamoDBClient", table: str, layout: StateLayout) -> StateStore:
    if layout == "segments":
        return SegmentedStateStore(DynamoSegmentItems(client, table), lambda: uuid4().hex[:ID_LENGTH])
    return DynamoStateStore(client, table)
