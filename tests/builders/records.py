"""Stream records that are well-formed to the eye and wrong inside."""

import json
from typing import Any

from shared.packs.compression import zstd
from shared.packs.pack import PACK_CODEC, TICK_CODEC

HEADER: dict[str, Any] = {
    "v": 1,
    "tenant": "acme",
    "partition": 3,
    "ingested_at": "2026-11-22T12:00:00.000000Z",
    "allowed_lateness_s": 86400,
    "events": 0,
}
TICK: dict[str, Any] = {"v": 1, "partition": 3, "sent_at": "2026-11-22T12:00:33.000000Z"}


def raw_pack(*lines: Any) -> bytes:
    """A pack of any JSON lines, valid or not."""
    return PACK_CODEC + zstd.compress("".join(json.dumps(line) + "\n" for line in lines).encode())


def raw_tick(**changes: Any) -> bytes:
    return TICK_CODEC + json.dumps({**TICK, **changes}).encode()
