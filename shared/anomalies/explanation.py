"""An anomaly in one sentence with numbers, for a person who was asleep a minute ago."""

from typing import Final

from shared.anomalies.anomaly import Kind, Series
from shared.measures.measure import measure_named
from shared.windows.window import Window

_SECOND_MS: Final = 1000.0
_NAMES: Final = {
    "requests.count": "requests",
    "errors.mean": "error rate",
    "latency_ms.p95": "p95 latency",
    "ttft_ms.p95": "p95 time to first token",
    "input_tokens.sum": "input tokens",
    "output_tokens.sum": "output tokens",
    "computed_cost_usd.sum": "cost (by the price table)",
    "reported_cost_usd.sum": "cost (as reported)",
    "threats.count": "threats",
    "critical_threats.sum": "critical threats",
    "auth_failures.mean": "share of failed logins",
    "policy_violations.count": "policy violations",
    "quality_score.mean": "mean quality score",
}
_SHARES: Final = frozenset({"errors.mean", "auth_failures.mean"})
_COUNTED: Final = frozenset({"count", "tokens", "requests"})


def explain(  # noqa: PLR0913 (what the sentence is made of)
    series: Series, window: Window, kind: Kind, *, observed: float | None, lower: float | None, upper: float | None
) -> str:
    """What was seen, where, and what is usual.

    >>> from datetime import UTC, datetime
    >>> from shared.windows.window import Resolution
    >>> window = Resolution.FIVE_MINUTES.containing(datetime(2026, 11, 22, 10, 5, tzinfo=UTC))
    >>> slow = Series(("acme", "team+model", "search", "gpt-4o"), "latency_ms", "p95")
    >>> explain(slow, window, Kind.SPIKE, observed=4123.0, lower=900.0, upper=1400.0)
    'p95 latency of gpt-4o for team search was 4.1 s in the 5 minutes from 10:05 UTC; 0.9-1.4 s is usual at this hour.'
    """
    when = f"in the {_length(window)} from {window.start:%H:%M} UTC"
    usual = _usual(series, lower, upper)
    if kind is Kind.SILENCE:
        return f"No {name_of(series)}{where(series)} {when}{usual}."
    return f"{name_of(series)}{where(series)} was {shown(series, observed)} {when}{usual}."


def name_of(series: Series) -> str:
    """What is measured, as people say it.

    >>> name_of(Series(("acme", "total"), "queue_time_ms", "p99"))
    'p99 of queue_time_ms'
    """
    known = _NAMES.get(_name(series))
    return known or f"{series.statistic} of {series.measure}"


def where(series: Series) -> str:
    """Whose it is, with a space before it; nothing for the total.

    >>> where(Series(("acme", "team", None), "requests", "count"))
    ' for no team'
    """
    return described(series.dimensions)


def described(dimensions: dict[str, str | None]) -> str:
    """Dimensions as words, the model first.

    >>> described({"provider": "openai"}), described({})
    (' of provider openai', '')
    """
    said = []
    for name in sorted(dimensions, key=lambda name: name != "model"):
        value = dimensions[name]
        joint = "for" if name == "team" else "of" if name in {"model", "provider"} else "in"
        noun = "" if name == "model" and value else f"{name.replace('_', ' ')} "
        said.append(f" {joint} {noun}{value}" if value else f" {joint} no {noun.strip()}")
    return "".join(said)


def shown(series: Series, value: float | None) -> str:
    """A value with its unit.

    >>> requests = Series(("acme", "total"), "requests", "count")
    >>> shown(requests, 1204.0), shown(requests, None)
    ('1,204', 'not seen')
    """
    if value is None:
        return "not seen"
    number, unit = _scaled(series, value)
    return f"${number}" if unit == "USD" else f"{number}{unit}"


def _usual(series: Series, lower: float | None, upper: float | None) -> str:
    if upper is None:
        return ""
    if lower is None or lower <= 0:
        return f"; up to {shown(series, upper)} is usual at this hour"
    low, unit = _scaled(series, lower, beside=upper)
    high, _ = _scaled(series, upper)
    span = f"${low}-{high}" if unit == "USD" else f"{low}-{high}{unit}"
    return f"; {span} is usual at this hour"


def _scaled(series: Series, value: float, beside: float | None = None) -> tuple[str, str]:
    """The number and its unit; `beside` is the larger value whose unit is taken."""
    if _name(series) in _SHARES:
        return f"{100 * value:.3g}", " %"
    if series.statistic == "count":
        return f"{value:,.0f}", ""
    unit = measure_named(series.measure).unit
    if unit == "ms":
        in_seconds = max(value, beside or 0.0) >= _SECOND_MS
        return (f"{value / _SECOND_MS:.1f}", " s") if in_seconds else (f"{value:.0f}", " ms")
    if unit == "USD":
        return f"{value:,.2f}", "USD"
    return (f"{value:,.0f}" if unit in _COUNTED else f"{value:,.3g}"), ""


def _name(series: Series) -> str:
    return f"{series.measure}.{series.statistic}"


def _length(window: Window) -> str:
    minutes = window.resolution.length.total_seconds() / 60
    return "minute" if minutes == 1 else f"{minutes:.0f} minutes"
