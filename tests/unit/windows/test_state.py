from datetime import timedelta

import pytest

from shared.windows.ids import EventIds, event_ids, id_column
from shared.windows.state import FREEZES_AT_BYTES, LIFE_OF_STATE, Segment, late_count, watermark
from tests.builders.states import MINUTE, ids_of, segment

AT = MINUTE.start


def test_the_watermark_is_the_least_progress() -> None:
    progress = {0: AT + timedelta(seconds=9), 1: AT, 2: AT + timedelta(seconds=5)}

    assert watermark(progress, partitions=3) == AT


def test_a_partition_never_heard_of_leaves_no_watermark() -> None:
    assert watermark({0: AT, 2: AT}, partitions=3) is None


def test_progress_of_a_partition_beyond_the_deployments_is_ignored() -> None:
    assert watermark({0: AT, 7: AT - timedelta(days=1)}, partitions=1) == AT


def test_an_event_late_in_one_copy_and_on_time_in_another_was_not_late() -> None:
    folded_here = segment(number=0, ids=ids_of(1), late_ids=ids_of(2))
    late_here = segment(number=1, ids=ids_of(2), late_ids=ids_of(1, 3))

    assert late_count([folded_here, late_here]) == 1


def test_a_late_event_is_counted_once_over_all_segments() -> None:
    assert late_count([segment(number=0, late_ids=ids_of(4)), segment(number=1, late_ids=ids_of(4))]) == 1


def test_nothing_came_late_to_a_minute_without_segments() -> None:
    assert late_count([]) == 0


def test_a_segment_freezes_by_the_size_of_what_is_stored() -> None:
    almost = segment(encoded_table=bytes(FREEZES_AT_BYTES - 17), ids=ids_of(1))
    full = segment(encoded_table=bytes(FREEZES_AT_BYTES - 32), ids=ids_of(1), late_ids=ids_of(2))

    assert not almost.is_frozen
    assert full.is_frozen


def test_state_expires_only_after_its_minute_is_refused() -> None:
    assert segment().expires_at > MINUTE.end + LIFE_OF_STATE


def test_an_unstored_segment_holds_nothing() -> None:
    unstored = Segment.unstored(MINUTE, partition=3)

    assert (unstored.version, len(unstored.ids), len(unstored.table)) == (0, 0, 0)
    assert not unstored.is_frozen


def test_two_tenants_may_use_one_id() -> None:
    text = "6fa459ea-ee8a-4ca4-894e-db77e160355e"

    first, second, first_again = event_ids([text] * 3, ["acme", "globex", "acme"], [1, 1, 1])

    assert first == first_again
    assert first != second


@pytest.mark.parametrize("ending", [b"\x00", b"\x00" * 8, b"\x01"])
def test_ids_that_end_in_zero_bytes_are_told_apart(ending: bytes) -> None:
    one, other = b"\x07".rjust(16, b"\x05"), (b"\x07" + ending).rjust(16, b"\x05")

    ids = EventIds.of(id_column(one))

    assert one in ids
    assert other not in ids


def test_a_union_holds_each_id_once_in_whatever_order_they_came() -> None:
    forth = ids_of(1, 2).union(ids_of(2, 3))
    back = ids_of(3).union(EventIds.empty()).union(ids_of(2)).union(ids_of(2, 1))

    assert forth == back
    assert len(forth) == 3
    assert hash(forth) == hash(back)
