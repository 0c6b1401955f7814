"""What a stream record holds: a pack of events, or the tick that says that its partition is alive.

The first byte names the codec. A pack goes on as zstd of JSON lines, a header and then its events; a tick as plain JSON.
So `tail -c +2 record | zstd -d | jq` reads a pack.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Annotated, TypeVar

import msgspec
import zstandard

from shared.errors import RejectedRecordError, TransientError
from shared.events import identifiers, timestamps
from shared.events.event import Event
from shared.events.measured import MeasuredEvent
from shared.events.seen import SeenEvent
from shared.events.timestamps import format_timestamp, parse_timestamp
from shared.packs.compression import zstd

PACK_CODEC = b"\x01"
TICK_CODEC = b"\x02"
LEVEL = 1
MAX_INFLATED_BYTES = 8 * 1024 * 1024
"""Far above any pack that is made (packing.py); a record that inflates to more is not one of ours."""
VERSION = 1


@dataclass(frozen=True, slots=True)
class PackHeader:
    """What is true of all events of a pack; lateness was decided by it once and for all, so a replay decides the same."""

    tenant: str
    partition: int
    ingested_at: datetime
    allowed_lateness: timedelta
    events: int
    archived: bool = False
    """It was read from the archive, which need not take it again."""

    @property
    def lateness_cutoff(self) -> str:
        """An event is late if its timestamp is less than this one."""
        return format_timestamp(self.ingested_at - self.allowed_lateness)


@dataclass(frozen=True, slots=True)
class Pack:
    header: PackHeader
    events: list[Event]


@dataclass(frozen=True, slots=True)
class MeasuredPack:
    """A pack, read only as far as its events are measured."""

    header: PackHeader
    events: list[MeasuredEvent]


@dataclass(frozen=True, slots=True)
class SeenPack:
    """A pack, read only as far as all of its events are looked at; `lines` are the events as they are written."""

    header: PackHeader
    events: list[SeenEvent]
    lines: list[bytes]

    def whole(self, chosen: Iterable[int]) -> list[Event]:
        """The events at these places. Raises RejectedRecordError if they are not as ingestion packs them."""
        try:
            events = [_EVENT.decode(self.lines[place]) for place in chosen]
        except msgspec.MsgspecError as error:
            raise RejectedRecordError("unreadable_record", f"{type(error).__name__} in a record") from error
        if not _are_canonical(events):
            raise _inconsistent()
        return events


@dataclass(frozen=True, slots=True)
class Tick:
    """The heartbeat's record: proof that everything before it in its partition has arrived."""

    partition: int
    sent_at: datetime


AnyEvent = TypeVar("AnyEvent", Event, MeasuredEvent, SeenEvent)

_Partition = Annotated[int, msgspec.Meta(ge=0, lt=65_536)]
_Lateness = Annotated[float, msgspec.Meta(ge=0, le=31 * 86_400)]


class _WireHeader(msgspec.Struct, omit_defaults=True):
    v: int
    tenant: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    partition: _Partition
    ingested_at: str
    allowed_lateness_s: _Lateness
    events: int
    archived: bool = False


class _Versioned(msgspec.Struct):
    v: int


class _WireTick(msgspec.Struct):
    v: int
    partition: _Partition
    sent_at: str


_COMPRESSOR = zstd.ZstdCompressor(level=LEVEL)
"""Kept, as to make one costs a third of what it does to a small pack; each pack is a frame of its own."""
_INFLATER = zstandard.ZstdDecompressor()
"""Kept too: of the packs of a batch, half of the work would be to make one for each."""
_FRAME_HEADER_BYTES = 18
"""The most that RFC 8878 lets a frame's header have."""
_ENCODER = msgspec.json.Encoder()
_HEADER = msgspec.json.Decoder(_WireHeader)
_VERSIONED = msgspec.json.Decoder(_Versioned)
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
"""One timestamp at a tenth of the cost of asking as of a batch."""
_EVENT = msgspec.json.Decoder(Event)
_MEASURED_EVENT = msgspec.json.Decoder(MeasuredEvent)
_SEEN_EVENT = msgspec.json.Decoder(SeenEvent)
_TICK = msgspec.json.Decoder(_WireTick)
_UNREADABLE = (msgspec.MsgspecError, zstandard.ZstdError, UnicodeDecodeError, RecursionError)
_formatted = lru_cache(maxsize=16)(format_timestamp)
"""All packs of a request were ingested at one instant."""


def encode_pack(header: PackHeader, events: list[Event]) -> bytes:
    """Of the header everything counts but its number of events, which these are."""
    wire = _WireHeader(
        VERSION,
        header.tenant,
        header.partition,
        _formatted(header.ingested_at),
        header.allowed_lateness.total_seconds(),
        len(events),
        header.archived,
    )
    return PACK_CODEC + _COMPRESSOR.compress(_ENCODER.encode_lines([wire, *events]), _COMPRESSOR.FLUSH_FRAME)


def inflated_bytes(pack: bytes) -> int:
    """What an encoded pack inflates to, as its frame says."""
    return zstd.get_frame_info(pack[1 : 1 + _FRAME_HEADER_BYTES]).decompressed_size or 0


def encode_tick(tick: Tick) -> bytes:
    return TICK_CODEC + _ENCODER.encode(_WireTick(VERSION, tick.partition, format_timestamp(tick.sent_at)))


def decode_record(data: bytes) -> Pack | Tick:
    """Whatever the bytes are, the only errors are RejectedRecordError, and TransientError of a newer release's record."""
    content = _decode(data, _EVENT)
    if isinstance(content, Tick):
        return content
    header, events, _ = content
    if not _are_canonical(events):
        raise _inconsistent()
    return Pack(header, events)


def decode_seen(data: bytes) -> SeenPack | Tick:
    """As `decode_record`, for a stage that looks at all events and reads few of them whole."""
    content = _decode(data, _SEEN_EVENT)
    if isinstance(content, Tick):
        return content
    header, events, lines = content
    return SeenPack(header, events, lines.split(b"\n"))


def decode_measured(records: Iterable[bytes]) -> list[MeasuredPack | Tick | RejectedRecordError]:
    """A batch for a stage that wants nothing of an event but what it measures: of each record what it holds, or why not.
    TransientError if one is of a newer release.

    Canonical spelling is checked of all packs at once; which of them is at fault is asked only if one is.
    """
    contents = [_measured(data) for data in records]
    packs = [content for content in contents if isinstance(content, MeasuredPack)]
    if _are_canonical([event for pack in packs for event in pack.events]):
        return contents
    return [content if _is_sound(content) else _inconsistent() for content in contents]


def tenant_of(refused: bytes) -> str | None:
    """Whose pack a record is that was refused, as its header says; None if it has none of this version that can be read."""
    if refused[:1] != PACK_CODEC:
        return None
    try:
        wire = _HEADER.decode(_inflate(refused[1:]).partition(b"\n")[0])
    except (*_UNREADABLE, RejectedRecordError):
        return None
    return wire.tenant if wire.v == VERSION else None


def _measured(data: bytes) -> MeasuredPack | Tick | RejectedRecordError:
    try:
        content = _decode(data, _MEASURED_EVENT)
    except RejectedRecordError as error:
        return error
    return content if isinstance(content, Tick) else MeasuredPack(*content[:2])


def _is_sound(content: MeasuredPack | Tick | RejectedRecordError) -> bool:
    return not isinstance(content, MeasuredPack) or _are_canonical(content.events)


def _decode(data: bytes, decoder: "msgspec.json.Decoder[AnyEvent]") -> tuple[PackHeader, list[AnyEvent], bytes] | Tick:
    codec, content = data[:1], data[1:]
    try:
        if codec == PACK_CODEC:
            return _decode_pack(_inflate(content), decoder)
        if codec == TICK_CODEC:
            tick = _TICK.decode(content)
            return Tick(tick.partition, _instant(tick.sent_at, tick.v))
    except _UNREADABLE as error:
        raise RejectedRecordError("unreadable_record", f"{type(error).__name__} in a record") from error
    raise RejectedRecordError("unknown_codec", f"Codec {codec.hex() or 'missing'} is not known")


def _inflate(content: bytes) -> bytes:
    """One frame, whole, with nothing behind it. What it says of its size is believed only as far as the limit."""
    if zstandard.frame_content_size(content) > MAX_INFLATED_BYTES:
        raise RejectedRecordError("unreadable_record", f"Not one zstd frame of at most {MAX_INFLATED_BYTES} bytes")
    return _INFLATER.decompress(content, MAX_INFLATED_BYTES, allow_extra_data=False)


def _decode_pack(lines: bytes, decoder: "msgspec.json.Decoder[AnyEvent]") -> tuple[PackHeader, list[AnyEvent], bytes]:
    first, _, rest = lines.partition(b"\n")
    wire = _header(first)
    ingested_at = _instant(wire.ingested_at, wire.v)
    events = decoder.decode_lines(rest)
    if len(events) != wire.events:
        raise _inconsistent()
    lateness = timedelta(seconds=wire.allowed_lateness_s)
    return PackHeader(wire.tenant, wire.partition, ingested_at, lateness, wire.events, wire.archived), events, rest


def _header(line: bytes) -> _WireHeader:
    """A newer release may have changed all of it but `v`."""
    try:
        return _HEADER.decode(line)
    except msgspec.ValidationError:
        _check_version(_VERSIONED.decode(line).v)
        raise


def _are_canonical(events: Sequence[Event | MeasuredEvent]) -> bool:
    """What is not, was not packed by ingestion, and the stages behind rely on it."""
    return not events or (
        timestamps.are_canonical([event.timestamp for event in events])
        and identifiers.are_canonical([event.event_id for event in events])
    )


def _inconsistent() -> RejectedRecordError:
    return RejectedRecordError("inconsistent_pack", "The events are not those of the header, or not canonical")


def _check_version(version: int) -> None:
    """A newer version is of a release that is on its way: whoever gets the record again may be of it."""
    if version > VERSION:
        raise TransientError(f"a record of version {version} is of a newer release")
    if version != VERSION:
        raise RejectedRecordError("unknown_version", f"Version {version} of a record is not known")


def _instant(text: str, version: int) -> datetime:
    _check_version(version)
    try:
        instant = parse_timestamp(text)
    except ValueError:
        instant = None
    if instant is None or not _STAMP.fullmatch(text) or text < "1970-02":
        raise RejectedRecordError("unreadable_record", "Expected a canonical timestamp that lateness can be taken from")
    return instant
