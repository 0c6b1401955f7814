"""Tells the doorbell's calls, the tick and the operator's command apart, and says what each has come to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from functions.timestream.backfill import Backfill, Span
from functions.timestream.mirror import MirrorWindows, Outcome
from shared.observability.metrics import MetricName
from shared.windows.window import Resolution, Window

_ENDING = timedelta(seconds=60)
"""What is kept back of a call's time for the window at hand."""


class Fill(BaseModel):
    """Write the windows of a resolution that start in [from, to) once more; rollups are those of these tenants."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    command: Literal["backfill"]
    resolution: Resolution
    since: Annotated[AwareDatetime, Field(alias="from")]
    end: Annotated[AwareDatetime, Field(alias="to")]
    tenants: tuple[Annotated[str, Field(min_length=1)], ...] = ()


@dataclass(frozen=True, slots=True)
class Operations:
    windows: MirrorWindows
    backfill: Backfill
    logger: Logger
    metrics: Metrics

    def serve(self, asked: Mapping[str, Any], remaining_milliseconds: int) -> dict[str, Any]:
        self.metrics.add_metric(MetricName.POINTS_REFUSED, MetricUnit.Count, 0)
        until = self.windows.clock() + timedelta(milliseconds=remaining_milliseconds) - _ENDING
        if "command" in asked:
            return self._command(asked, until)
        if "Records" in asked:
            self._report(self.windows.run(touched_windows(asked["Records"]), until), MetricName.WINDOWS_MIRRORED)
            return {}
        self._report(self.windows.look_again(until), MetricName.WINDOWS_MIRRORED_AGAIN)
        return {}

    def _command(self, asked: Mapping[str, Any], until: datetime) -> dict[str, Any]:
        """What is left when time is up is asked for again, from `next` on."""
        try:
            fill = Fill.model_validate(asked)
        except ValidationError:
            self.logger.warning("command refused", code="invalid_command")
            example = '{"command": "backfill", "resolution": "1h", "from": RFC 3339, "to": RFC 3339, "tenants": [...]}'
            return {"error": {"code": "invalid_command", "message": f"ask {example}"}}
        span = Span(fill.resolution.containing(fill.since), fill.end)
        done, following = self.backfill.run(span, fill.tenants, until)
        self._report(done, MetricName.WINDOWS_MIRRORED_AGAIN)
        return {
            "windows": done.windows,
            "points": done.points,
            "refused": done.refused,
            "next": following.start.isoformat() if following else None,
        }

    def _report(self, done: Outcome, windows: MetricName) -> None:
        self.metrics.add_metric(windows, MetricUnit.Count, done.windows)
        self.metrics.add_metric(MetricName.POINTS_MIRRORED, MetricUnit.Count, done.points)
        self.metrics.add_metric(MetricName.POINTS_REFUSED, MetricUnit.Count, done.refused)
        if done.windows:
            self.logger.info("windows mirrored", windows=done.windows, points=done.points, refused=done.refused)


def touched_windows(records: Iterable[Mapping[str, Any]]) -> frozenset[Window]:
    """The windows that rollup rang for."""
    rung = (record["body"].partition("#") for record in records)
    return frozenset(Window.from_key(start, Resolution(of)) for of, _, start in rung)
