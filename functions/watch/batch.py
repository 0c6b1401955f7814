"""What one invocation brings: the bytes of each record."""

from collections.abc import Mapping
from typing import Any

from pybase64 import b64decode


def records_of(event: Mapping[str, Any]) -> list[bytes]:
    return [b64decode(record["kinesis"]["data"]) for record in event["Records"]]
