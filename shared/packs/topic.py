"""The event stream's topic, where it is Kafka's, as the one who makes it needs it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Topic:
    """Partition p of the hub is partition p of the topic, so that it has exactly as many (PROTOCOL rule 18)."""

    name: str
    partitions: int
    retention: timedelta


class Topics(Protocol):
    def make(self, topic: Topic) -> None:
        """Return when it is there, with arrivals stamped by the brokers and with its retention.

        Raises RejectedError when one of that name has another number of partitions, and TransientError when the cluster does
        not do it.
        """
        ...
