"""Laws of packs: packing loses and invents nothing, and reading never fails but by refusing."""

from datetime import timedelta

from hypothesis import example, given, settings, strategies as st

from shared.errors import RejectedRecordError, TransientError
from shared.packs.compression import zstd
from shared.packs.pack import PACK_CODEC, TICK_CODEC, Pack, Tick, decode_record
from shared.packs.packing import Packing
from tests.builders.events import LEAVES, NOON, event, payload_json
from tests.builders.records import HEADER, raw_pack

EVENTS = [event(payload=payload_json(kind, leaf)) for kind, leaf in LEAVES]
WHOLE = Packing(1, timedelta(hours=24)).pack(EVENTS, "acme", NOON)[0].data
CODECS = st.sampled_from([b"", PACK_CODEC, TICK_CODEC])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
HEADERS = st.dictionaries(st.sampled_from(sorted(HEADER)), JSON, max_size=2).map(lambda changes: {**HEADER, **changes})


def read_or_refused(data: bytes) -> None:
    """Or left to a newer release, where the record says that it is of one."""
    try:
        assert isinstance(decode_record(data), Pack | Tick)
    except RejectedRecordError:
        return
    except TransientError as left:
        if "of a newer release" not in str(left):
            raise


@settings(deadline=None)
@given(picked=st.lists(st.sampled_from(EVENTS), unique_by=id), partitions=st.integers(1, 64))
def test_what_is_packed_is_what_is_read(picked: list[object], partitions: int) -> None:
    records = Packing(partitions, timedelta(hours=24)).pack(picked, "acme", NOON)  # type: ignore[arg-type]

    packs = [decode_record(record.data) for record in records]

    read = [each for pack in packs if isinstance(pack, Pack) for each in pack.events]
    assert sorted(each.event_id for each in read) == sorted(each.event_id for each in picked)  # type: ignore[attr-defined]


@settings(deadline=None, max_examples=300)
@given(codec=CODECS, content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(codec: bytes, content: bytes) -> None:
    read_or_refused(codec + content)
    read_or_refused(PACK_CODEC + zstd.compress(content))


@settings(deadline=None, max_examples=300)
@given(header=HEADERS | JSON, lines=st.lists(JSON, max_size=2))
@example(header=HEADER | {"v": 2, "allowed_lateness_s": None}, lines=[])
@example(header=HEADER | {"v": 2, "ingested_at": ""}, lines=[])
def test_any_json_in_a_pack_is_read_or_refused(header: object, lines: list[object]) -> None:
    read_or_refused(raw_pack(header, *lines))


@settings(deadline=None, max_examples=300)
@given(place=st.integers(0, len(WHOLE) - 1), byte=st.integers(0, 255))
def test_a_damaged_pack_is_read_or_refused(place: int, byte: int) -> None:
    read_or_refused(WHOLE[:place] + bytes([byte]) + WHOLE[place + 1 :])
    read_or_refused(WHOLE[:place])
