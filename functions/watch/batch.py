"""What one invocation brings: the bytes of each record."""

from collections.abc import Mapping
from typing import Any

from shared.packs.arrived import arrived_records


def records_of(event: Mapping[str, Any]) -> list[bytes]:
    return [record.data for record in arrived_records(event)]
