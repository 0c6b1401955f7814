"""Tells the stream's calls from the operator's command, and says what each has come to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter
from typing import Annotated, Any, Literal

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from functions.anomaly.batch import touched_windows
from functions.anomaly.fold import FoldWindows, Outcome
from shared.observability.metrics import MetricName


class Status(BaseModel):
    """How far the fold has come; what is due is folded first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command: Literal["status"]


class Learn(BaseModel):
    """Forget what is usual and learn it anew from the closed windows since an instant."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    command: Literal["learn"]
    since: Annotated[AwareDatetime, Field(alias="from")]


_COMMANDS: TypeAdapter[Learn | Status] = TypeAdapter(Annotated[Learn | Status, Field(discriminator="command")])


@dataclass(frozen=True, slots=True)
class Operations:
    fold: FoldWindows
    logger: Logger
    metrics: Metrics

    def serve(self, asked: Mapping[str, Any], until: datetime) -> dict[str, Any]:
        started = perf_counter()
        if "command" in asked:
            return self._command(asked, until, started)
        touched = touched_windows(asked["Records"], self.fold.on.resolution)
        self._report(self.fold.run(touched, until), started)
        return {"batchItemFailures": []}

    def _command(self, asked: Mapping[str, Any], until: datetime, started: float) -> dict[str, Any]:
        """What is left of the backlog when time is up is folded by the next minute's call."""
        try:
            command = _COMMANDS.validate_python(asked)
        except ValidationError:
            self.metrics.add_metric(MetricName.WINDOWS_JUDGED, MetricUnit.Count, 0)
            self.logger.warning("command refused", code="invalid_command")
            return {
                "error": {
                    "code": "invalid_command",
                    "message": 'ask {"command": "learn", "from": RFC 3339} or {"command": "status"}',
                }
            }
        outcome = self.fold.learn(command.since, until) if isinstance(command, Learn) else self.fold.run((), until)
        self._report(outcome, started)
        return {
            "windows": outcome.windows,
            "opened": outcome.opened,
            "alerted": outcome.alerted,
            "next": outcome.next.key if outcome.next else None,
        }

    def _report(self, outcome: Outcome, started: float) -> None:
        counts = {
            MetricName.WINDOWS_JUDGED: outcome.windows,
            MetricName.SERIES_JUDGED: outcome.series,
            MetricName.ANOMALY_EVENTS_ANALYZED: outcome.events,
            MetricName.ANOMALIES_DETECTED: outcome.opened,
            MetricName.ANOMALIES_RESOLVED: outcome.resolved,
            MetricName.ANOMALIES_ALERTED: outcome.alerted,
        }
        for name, count in counts.items():
            self.metrics.add_metric(name, MetricUnit.Count, count)
        duration = timedelta(seconds=perf_counter() - started)
        self.metrics.add_metric(
            MetricName.ANOMALY_ANALYSIS_DURATION, MetricUnit.Milliseconds, duration / timedelta(milliseconds=1)
        )
        if outcome.next:
            age = (self.fold.on.clock() - outcome.next.start).total_seconds()
            self.metrics.add_metric(MetricName.DETECTION_AGE, MetricUnit.Seconds, age)
        if outcome.windows or outcome.resolved:
            self.logger.info(
                "windows judged",
                windows=outcome.windows,
                series=outcome.series,
                opened=outcome.opened,
                resolved=outcome.resolved,
                alerted=outcome.alerted,
                next=outcome.next.key if outcome.next else None,
            )
