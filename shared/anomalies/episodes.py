"""The life of an anomaly from window to window: it opens, goes on, is over when it was quiet for long enough, and is
the same one if it comes back soon.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from shared.anomalies.anomaly import Anomaly, Kind, Series, Severity, Status, anomaly_id
from shared.anomalies.policies import Policy
from shared.anomalies.storms import Population, grouped
from shared.windows.window import Window

Name = tuple[Series, str]
"""A series and who watches it: the learned detector or a rule."""

QUIET_WINDOWS: Final = 3
"""After so many windows without deviating it is over."""
REMEMBERED: Final = timedelta(minutes=30)
"""What comes back within this time after its last deviation is the same anomaly; what begins within it near another one
belongs to that one's storm.
"""
ALERTED_AGE: Final = timedelta(hours=1)
"""What is found in an older window (imported history, a backlog) is recorded, but nobody is told."""
MOST_OPENED: Final = 200
"""In one window: of a storm of thousands the most unusual are recorded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A watched series that deviates in a window, by whatever watches it."""

    series: Series
    detector: str
    kind: Kind
    severity: Severity
    score: float
    observed: float | None
    expected: float | None
    lower: float | None
    upper: float | None
    explanation: str
    opens: bool = True
    """Whether it is unusual enough to begin an anomaly; else it only keeps one going."""
    reopens: bool = True
    """Whether it is unusual enough to bring one back."""
    hold: timedelta = timedelta()
    """For how long it must last before it is an anomaly."""

    @property
    def name(self) -> Name:
        return self.series, self.detector


@dataclass(frozen=True, slots=True)
class Episode:
    """An anomaly that goes on, or was over only lately; `version` is that of the window's head it was judged by."""

    anomaly: Anomaly
    version: int
    quiet: int = 0

    @property
    def name(self) -> Name:
        return self.anomaly.series, self.anomaly.detector


@dataclass(frozen=True, slots=True)
class Memory:
    """What is known of anomalies between windows; `lasting` says since when a rule holds that must hold for longer."""

    episodes: Mapping[Name, Episode] = field(default_factory=dict)
    lasting: Mapping[Name, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Context:
    """What a window's findings are seen in: `told_from` is the least severity that people are told of."""

    window: Window
    version: int
    now: datetime
    policies: Mapping[str, Policy]
    population: Callable[[], Population]
    told_from: Severity


def follow(memory: Memory, findings: Sequence[Finding], context: Context) -> tuple[Memory, list[Anomaly]]:
    """After one more window: what is remembered, and the anomalies that are new or have changed."""
    found = {finding.name: finding for finding in findings}
    lasting = _lasting(memory.lasting, found.values(), context.window)
    held = {finding.name for finding in found.values() if _has_lasted(finding, lasting, context.window)}
    episodes = {name: _after(episode, found.get(name), context) for name, episode in memory.episodes.items()}
    changed = [
        after.anomaly for name, after in episodes.items() if _is_news(memory.episodes[name].anomaly, after.anomaly)
    ]
    kept = {name: episode for name, episode in episodes.items() if not _is_forgotten(episode, context.window)}
    opening = [found[name] for name in held - kept.keys() if found[name].opens]
    opened = _opened(opening, kept, context)
    kept |= {episode.name: episode for episode in (Episode(anomaly, context.version) for anomaly in opened)}
    return Memory(kept, lasting), [*changed, *opened]


def _lasting(before: Mapping[Name, datetime], found: Iterable[Finding], window: Window) -> dict[Name, datetime]:
    holding = [finding for finding in found if finding.hold]
    return {finding.name: before.get(finding.name, window.start) for finding in holding}


def _has_lasted(finding: Finding, lasting: Mapping[Name, datetime], window: Window) -> bool:
    return window.end - lasting.get(finding.name, window.start) >= finding.hold


def _after(episode: Episode, finding: Finding | None, context: Context) -> Episode:
    anomaly = episode.anomaly
    if finding is None or (anomaly.is_over and not finding.reopens):
        return _quieter(episode, context)
    if anomaly.is_over:
        anomaly = replace(anomaly, status=Status.OPEN, resolved_at=None, resolution=None, reopened=anomaly.reopened + 1)
    severity = max(anomaly.severity, finding.severity, key=lambda severity: severity.rank)
    worse = replace(
        anomaly, severity=severity, score=max(anomaly.score, round(finding.score, 2)), last_window=context.window
    )
    return replace(episode, anomaly=_told(worse, context), quiet=0)


def _quieter(episode: Episode, context: Context) -> Episode:
    quiet = episode.quiet + 1
    if episode.anomaly.is_over or quiet < QUIET_WINDOWS:
        return replace(episode, quiet=quiet)
    return replace(episode, anomaly=episode.anomaly.resolved(context.now, "quiet"), quiet=quiet)


def _is_news(before: Anomaly, after: Anomaly) -> bool:
    """That it goes on is none; that it became worse is."""
    return (before.status, before.severity, before.alerted) != (after.status, after.severity, after.alerted)


def _is_forgotten(episode: Episode, window: Window) -> bool:
    return episode.anomaly.is_over and window.end - episode.anomaly.last_window.end > REMEMBERED


def _opened(opening: Sequence[Finding], known: Mapping[Name, Episode], context: Context) -> list[Anomaly]:
    worst = sorted(opening, key=lambda finding: (-finding.score, str(finding.series)))[:MOST_OPENED]
    new = [_anomaly(finding, context) for finding in worst]
    near = [episode.anomaly for episode in known.values() if _is_near(episode.anomaly, context)]
    together = grouped(new, near, context.population()) if new else []
    return [_told(anomaly, context) for anomaly in together]


def _is_near(anomaly: Anomaly, context: Context) -> bool:
    """Whether it may be of one storm with what begins now: what people are not told of, hides nothing."""
    is_heard = not anomaly.is_alone or anomaly.severity.rank >= context.told_from.rank
    return not anomaly.is_over and is_heard and context.window.start - anomaly.window.start <= REMEMBERED


def _anomaly(finding: Finding, context: Context) -> Anomaly:
    policy = context.policies.get(finding.series.tenant, Policy())
    maintained = policy.is_maintained(finding.series, context.window)
    return Anomaly(
        id=anomaly_id(finding.series, finding.detector, context.window),
        series=finding.series,
        window=context.window,
        detector=finding.detector,
        kind=finding.kind,
        severity=finding.severity,
        status=Status.SUPPRESSED if maintained else Status.OPEN,
        score=round(finding.score, 2),
        observed=finding.observed,
        expected=finding.expected,
        lower=finding.lower,
        upper=finding.upper,
        explanation=finding.explanation,
        opened_at=context.now,
        last_window=context.window,
    )


def _told(anomaly: Anomaly, context: Context) -> Anomaly:
    """Once told of, always told of."""
    alerted = anomaly.alerted or (
        anomaly.is_alone
        and anomaly.status is not Status.SUPPRESSED
        and anomaly.severity.rank >= context.told_from.rank
        and context.now - context.window.end <= ALERTED_AGE
    )
    return replace(anomaly, alerted=alerted)
