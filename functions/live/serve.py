"""Tells what clients say from what happened and from the minute's tick."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from functions.live.incoming import happened, is_spoken
from functions.live.news import NewsDesk
from functions.live.speaking import Conversation
from functions.live.ticking import Ticking
from shared.errors import TransientError
from shared.live.stores import Reached
from shared.observability.metrics import MetricName

TRY_AGAIN: Final = 503
_COUNTED: Final = {
    Reached.YES: MetricName.MESSAGES_PUSHED,
    Reached.NO: MetricName.MESSAGES_LOST,
    Reached.GONE: MetricName.CONNECTIONS_GONE,
}


@dataclass(frozen=True, slots=True)
class Live:
    conversation: Conversation
    desk: NewsDesk
    ticking: Ticking
    logger: Logger
    metrics: Metrics

    def serve(self, event: Mapping[str, Any]) -> dict[str, Any]:
        if is_spoken(event):
            return {"statusCode": self._hear(event)}
        self._count(self.desk.tell(happened(event)) if "Records" in event else self.ticking.run())
        return {"batchItemFailures": []}

    def _hear(self, event: Mapping[str, Any]) -> int:
        self.metrics.add_metric(MetricName.MESSAGES_HEARD, MetricUnit.Count, 1)
        try:
            return self.conversation.hear(event)
        except TransientError as error:
            self.logger.warning("client not answered", trouble=str(error))
            return TRY_AGAIN

    def _count(self, reached: Counter[Reached]) -> None:
        for outcome, name in _COUNTED.items():
            self.metrics.add_metric(name, MetricUnit.Count, reached[outcome])
        if reached:
            self.logger.info(
                "clients told", told=reached[Reached.YES], lost=reached[Reached.NO], gone=reached[Reached.GONE]
            )
