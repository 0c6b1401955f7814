"""Tells the schedule's calls from operators' commands, and answers each in its shape."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.redrive.commands import (
    Command,
    DiscardFailure,
    InspectFailure,
    ListFailures,
    PublishFailure,
    ReplayArchive,
    parse_command,
)
from functions.redrive.fitness import Judge
from functions.redrive.inspect import inspected, listed
from functions.redrive.redrive import Redrive
from functions.redrive.replay import Replay, Wanted
from shared.errors import HubError, RejectedError, RejectedRequestError
from shared.observability.metrics import MetricName
from shared.packs.archive import Hours

SLICE = timedelta(seconds=20)
"""Of a replay: short enough that whoever waits sees it go on."""


@dataclass(frozen=True, slots=True)
class Operations:
    redrive: Redrive
    replay: Replay
    logger: Logger
    metrics: Metrics

    def serve(self, asked: dict[str, Any], until: datetime) -> dict[str, Any]:
        return self._command(asked, until) if "command" in asked else self._scheduled(until)

    def _scheduled(self, until: datetime) -> dict[str, Any]:
        run = self.redrive.run(until)
        waiting = {str(kind): count for kind, count in run.waiting.items()}
        self._count(MetricName.FAILURES_WAITING, sum(waiting.values()))
        self._count(MetricName.FAILURES_REDRIVEN, run.redriven)
        self._count(MetricName.PACKS_REFUSED, run.refused)
        self.logger.info("redriven", redriven=run.redriven, refused=run.refused, waiting=waiting, troubles=run.troubles)
        return {"redriven": run.redriven, "waiting": waiting}

    def _command(self, asked: dict[str, Any], until: datetime) -> dict[str, Any]:
        self._count(MetricName.REDRIVE_COMMANDS, 1)
        try:
            return self._answer(parse_command(asked), until)
        except RejectedError as error:
            self.logger.warning("command refused", code=error.code)
            return _refusal(error.code, error)
        except HubError as error:
            self.logger.warning("command failed", trouble=str(error))
            return _refusal("unavailable", error)

    def _answer(self, command: Command, until: datetime) -> dict[str, Any]:
        match command:
            case ListFailures():
                found = list(islice(self.redrive.failures.waiting(command.after), command.limit + 1))
                more = found[command.limit - 1].key if len(found) > command.limit else None
                return {"failures": [listed(each) for each in found[: command.limit]], "next": more}
            case InspectFailure():
                judge = Judge(self.redrive.partitions, self.redrive.clock())
                return {"failure": inspected(self.redrive.found(command.key), judge)}
            case PublishFailure():
                return {"redriven": self._published(command)}
            case DiscardFailure():
                self.redrive.discard(command.key)
                self.logger.warning("failure discarded", key=command.key)
                return {"discarded": command.key}
            case ReplayArchive():
                return {"replayed": self._replayed(command, until)}

    def _published(self, command: PublishFailure) -> dict[str, Any]:
        redriven = asdict(self.redrive.publish(command.key))
        self._count(MetricName.FAILURES_REDRIVEN, 1)
        self._count(MetricName.PACKS_REFUSED, redriven["refused"])
        self.logger.info("failure redriven", key=command.key, **redriven)
        return redriven

    def _replayed(self, command: ReplayArchive, until: datetime) -> dict[str, Any]:
        wanted = Wanted(Hours(command.start, command.end), command.events_per_second, command.tenant, command.after)
        replayed = asdict(self.replay.run(wanted, min(until, self.replay.clock() + SLICE)))
        self._count(MetricName.EVENTS_REPLAYED, replayed["events"])
        self.logger.info("slice replayed", **replayed)
        return replayed

    def _count(self, name: MetricName, count: int) -> None:
        self.metrics.add_metric(name, MetricUnit.Count, count)


def _refusal(code: str, error: HubError) -> dict[str, Any]:
    fields = {"fields": error.fields} if isinstance(error, RejectedRequestError) and error.fields else {}
    return {"error": {"code": code, "message": str(error), **fields}}
