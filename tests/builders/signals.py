"""Signals for tests: valid by default, at seconds after one instant."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.incidents.signal import Component, ComponentKind, Signal, SignalKind

START = datetime(2026, 11, 22, 10, tzinfo=UTC)
MODEL = Component(ComponentKind.MODEL, "gpt-4o")
PROVIDER = Component(ComponentKind.PROVIDER, "openai")
TEAM = Component(ComponentKind.TEAM, "search")
OTHER_TEAM = Component(ComponentKind.TEAM, "risk")


def a_signal(id_: str = "s1", *, seconds: float = 0, kind: SignalKind = SignalKind.ERRORS, **fields: Any) -> Signal:
    signal = Signal(id_, "acme", kind, START + timedelta(seconds=seconds), 0.5, f"{kind} {id_}", (MODEL,))
    return replace(signal, **fields)
