"""What was learned of the series of one bucket, and what the next window looks like by it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from math import isnan
from typing import Final, Protocol

import msgspec
import numpy as np
from backports import zstd
from numpy.typing import NDArray

from shared.anomalies.anomaly import LEARNED, Kind, Series, Severity
from shared.anomalies.detector import Judgement, Kind as Code
from shared.anomalies.episodes import Finding
from shared.anomalies.explanation import explain
from shared.anomalies.parameters import SHIPPED, Parameters
from shared.anomalies.state import DetectorState
from shared.anomalies.transforms import Codes, Floats
from shared.anomalies.watched import WATCHED, observed
from shared.errors import RejectedRecordError
from shared.windows.table import Key, SummaryTable
from shared.windows.window import EPOCH, Window

FORGOTTEN_AFTER: Final = timedelta(days=8)
"""A series not seen for so long is let go; a weekly one is not."""
KEEPS_GOING: Final = 0.5
"""An anomaly goes on while the score is over this share of its bar."""
_SEVERITIES: Final = ((6.0, Severity.CRITICAL), (3.0, Severity.HIGH), (1.0, Severity.MEDIUM), (0.0, Severity.LOW))
"""By how far the score is over the bar: four points are a power of ten of surprise."""
FAR: Final = 3.0
"""From so many halves of the usual interval away, what rings is at least medium: it is rare, and it is much."""
_LEVEL: Final = 1

Member = tuple[Key, int]
"""A group and the number of what is watched of it."""
Thresholds = Callable[[Sequence[Series], float], "Floats | None"]


class Judge(Protocol):
    """shared.anomalies.detector.judge, or a cheaper one in tests."""

    def __call__(  # noqa: PLR0913, PLR0917 (as the detector has it)
        self,
        state: DetectorState,
        window_start: NDArray[np.int64],
        resolution: int,
        values: Floats,
        transforms: Codes,
        parameters: Parameters = ...,
        threshold: float | Floats | None = ...,
    ) -> tuple[DetectorState, Judgement]: ...


@dataclass(frozen=True, eq=False, slots=True)
class Learned:
    """The series of a bucket, what the detector keeps of each, and when each was seen last (minutes since 1970)."""

    members: tuple[Member, ...] = ()
    detector: DetectorState = field(default_factory=lambda: DetectorState.empty(0))
    seen: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @property
    def series(self) -> list[Series]:
        return [_series(member) for member in self.members]

    def encode(self) -> bytes:
        content = (self.members, self.seen.tobytes(), self.detector.encode())
        return zstd.compress(msgspec.msgpack.encode(content), _LEVEL)

    @classmethod
    def decode(cls, data: bytes) -> "Learned":
        """A detector of an older version has to learn anew; TransientError for a newer one, which is not ours to judge."""
        members, seen, state = msgspec.msgpack.decode(zstd.decompress(data), type=_CONTENT)
        try:
            detector = DetectorState.decode(state)
        except RejectedRecordError:
            detector = DetectorState.empty(len(members))
        return cls(members, detector, np.frombuffer(seen, np.int64))

    def with_members(self, seen: Iterable[Member], window: Window) -> "Learned":
        known = set(self.members)
        new = [member for member in dict.fromkeys(seen) if member not in known]
        if not new:
            return self
        members = (*self.members, *new)
        now = np.full(len(new), _minutes(window), np.int64)
        return Learned(members, self.detector.grow(len(members)), np.concatenate([self.seen, now]))

    def without_forgotten(self, window: Window) -> "Learned":
        oldest = _minutes(window) - FORGOTTEN_AFTER // timedelta(minutes=1)
        kept = np.flatnonzero(self.seen >= oldest)
        if len(kept) == len(self.members):
            return self
        return Learned(tuple(self.members[row] for row in kept), self.detector.take(kept), self.seen[kept])


@dataclass(frozen=True, slots=True)
class Scorer:
    """Judges one window after another; `thresholds` gives the bar of each series where a tenant has set one."""

    judge: Judge
    parameters: Parameters = SHIPPED

    def score(
        self, learned: Learned, window: Window, table: SummaryTable, thresholds: Thresholds
    ) -> tuple[Learned, list[Finding]]:
        """What is known after the window, and what is unusual in it."""
        values_of = _values(table)
        learned = learned.with_members(values_of, window).without_forgotten(window)
        if not learned.members:
            return learned, []
        values = np.array([values_of.get(member, np.nan) for member in learned.members])
        bars = self._bars(learned, thresholds)
        detector, judgement = self.judge(
            learned.detector,
            np.full(len(values), _minutes(window), np.int64),
            window.resolution.length // timedelta(minutes=1),
            values,
            np.array([_TRANSFORMS[number] for _, number in learned.members], np.int8),
            self.parameters,
            bars,
        )
        seen = np.where(np.isnan(values), learned.seen, _minutes(window))
        found = _findings(learned, window, values, judgement, bars)
        return replace(learned, detector=detector, seen=seen), list(found)

    def _bars(self, learned: Learned, thresholds: Thresholds) -> Floats:
        usual = self.parameters.threshold
        set_by_tenants = thresholds(learned.series, usual)
        return np.full(len(learned.members), usual) if set_by_tenants is None else set_by_tenants


_CONTENT: Final = tuple[tuple[Member, ...], bytes, bytes]
_TRANSFORMS: Final = tuple(int(watch.transform) for watch in WATCHED)
_KINDS: Final = {
    Code.SPIKE: Kind.SPIKE,
    Code.DROP: Kind.DROP,
    Code.LEVEL_SHIFT: Kind.LEVEL_SHIFT,
    Code.RATE_OF_CHANGE: Kind.RATE_OF_CHANGE,
    Code.SEASONAL: Kind.SEASONAL,
    Code.SILENCE: Kind.SILENCE,
}


def severity_of(score: float, bar: float, *, is_much: bool = False) -> Severity:
    """From low, just over the bar, to critical; what is far from usual, or nothing at all any more, is not low.

    >>> severity_of(5.2, bar=5.0), severity_of(5.2, bar=5.0, is_much=True), severity_of(20.0, bar=5.0)
    (<Severity.LOW: 'low'>, <Severity.MEDIUM: 'medium'>, <Severity.CRITICAL: 'critical'>)
    """
    above = score - bar
    reached = max(above, 1.0) if is_much and above >= 0.0 else above
    return next((severity for over, severity in _SEVERITIES if reached >= over), Severity.LOW)


def _values(table: SummaryTable) -> Mapping[Member, float]:
    return {
        (key, WATCHED.index(seen.watch)): value
        for seen in observed(table)
        for key, value in zip(seen.keys, seen.values.tolist(), strict=True)
    }


def _findings(
    learned: Learned, window: Window, values: Floats, judgement: Judgement, bars: Floats
) -> Iterator[Finding]:
    for row in np.flatnonzero(judgement.score >= KEEPS_GOING * bars).tolist():
        series = _series(learned.members[row])
        score, value = float(judgement.score[row]), _number(values[row])
        lower, upper = _number(judgement.lower[row]), _number(judgement.upper[row])
        kind = _kind(int(judgement.kind[row]), value, _number(judgement.expected[row]))
        yield Finding(
            series=series,
            detector=LEARNED,
            kind=kind,
            severity=severity_of(score, float(bars[row]), is_much=kind is Kind.SILENCE or judgement.far[row] >= FAR),
            score=score,
            observed=value,
            expected=_number(judgement.expected[row]),
            lower=lower,
            upper=upper,
            explanation=explain(series, window, kind, observed=value, lower=lower, upper=upper),
            opens=bool(judgement.alert[row]),
            reopens=score >= float(bars[row]),
        )


def _kind(code: int, value: float | None, expected: float | None) -> Kind:
    if code in _KINDS:
        return _KINDS[Code(code)]
    return Kind.DROP if expected is not None and (value or 0.0) < expected else Kind.SPIKE


def _series(member: Member) -> Series:
    key, number = member
    return Series(key, WATCHED[number].measure, WATCHED[number].statistic.value)


def _number(value: float) -> float | None:
    return None if isnan(value) else float(f"{value:.6g}")


def _minutes(window: Window) -> int:
    return (window.start - EPOCH) // timedelta(minutes=1)
