"""The fold's memory as bytes: open anomalies, and what the commit that wrote it owes to the table of anomalies."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec
from backports import zstd

from shared.anomalies.anomaly import Anomaly, Series
from shared.anomalies.episodes import Episode, Memory

_LEVEL: Final = 1


@dataclass(frozen=True, slots=True)
class Remembered:
    """`pending` is to be written by id; `adopted` came from the fast lane and is followed from now on."""

    memory: Memory = field(default_factory=Memory)
    pending: tuple[Anomaly, ...] = ()
    adopted: tuple[Anomaly, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.memory.episodes or self.memory.lasting or self.pending or self.adopted)

    def encode(self) -> bytes:
        content = _Content(
            episodes=tuple(self.memory.episodes.values()),
            lasting=tuple((series, detector, since) for (series, detector), since in self.memory.lasting.items()),
            pending=self.pending,
            adopted=self.adopted,
        )
        return zstd.compress(msgspec.msgpack.encode(content), _LEVEL)

    @classmethod
    def decode(cls, data: bytes) -> "Remembered":
        content = msgspec.msgpack.decode(zstd.decompress(data), type=_Content)
        episodes = {episode.name: episode for episode in content.episodes}
        lasting = {(series, detector): since for series, detector, since in content.lasting}
        return cls(Memory(episodes, lasting), content.pending, content.adopted)


class _Content(msgspec.Struct, frozen=True):
    episodes: tuple[Episode, ...]
    lasting: tuple[tuple[Series, str, datetime], ...]
    pending: tuple[Anomaly, ...]
    adopted: tuple[Anomaly, ...]
