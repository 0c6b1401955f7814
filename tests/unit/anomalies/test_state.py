"""The detector's memory."""

import numpy as np
import pytest

from shared.anomalies.state import BYTES_PER_SERIES, VERSION, DetectorState
from shared.errors import RejectedRecordError, TransientError


def test_a_state_survives_its_bytes() -> None:
    state = DetectorState.empty(3)
    state.columns["life_mean"][:] = [1.5, -2.0, np.pi]

    again = DetectorState.decode(state.encode())

    assert again.encode() == state.encode()
    assert again.columns["life_mean"].tolist() == [1.5, -2.0, np.pi]


def test_a_series_costs_at_most_4_kb() -> None:
    assert BYTES_PER_SERIES <= 4096


def test_new_series_are_appended_empty() -> None:
    state = DetectorState.empty(1)
    state.columns["seen"][:] = 7

    grown = state.grow(3)

    assert grown.columns["seen"].tolist() == [7, 0, 0]


def test_other_bytes_are_refused() -> None:
    data = DetectorState.empty(2).encode()

    for wrong in (b"", data[:-1], b"XXXX" + data[4:], data[:4] + b"\x00\x00" + data[6:]):
        with pytest.raises(RejectedRecordError):
            DetectorState.decode(wrong)


def test_what_a_newer_release_has_learned_is_left_to_it() -> None:
    data = DetectorState.empty(2).encode()
    newer = data[:4] + (VERSION + 1).to_bytes(2, "little") + data[6:]

    with pytest.raises(TransientError, match=f"version {VERSION + 1}"):
        DetectorState.decode(newer)


def test_what_an_older_release_has_learned_is_refused() -> None:
    data = DetectorState.empty(1).encode()
    older = data[:4] + (VERSION - 1).to_bytes(2, "little") + data[6:]

    with pytest.raises(RejectedRecordError):
        DetectorState.decode(older)
