"""What each kind of invocation means: observe what came, and tell incidents of whom it is news."""

from collections.abc import Sequence
from dataclasses import dataclass

from functions.correlation.correlate import Correlator, Told
from functions.correlation.incoming import Incoming
from functions.correlation.observe import Observed, Observer


@dataclass(frozen=True, slots=True)
class Followed:
    observed: Observed
    told: Sequence[Told]


@dataclass(frozen=True, slots=True)
class Follower:
    """Anomalies are few and told at once; the signals of the event stream wait for the minute's tick."""

    observer: Observer
    correlator: Correlator

    def follow(self, batch: Incoming) -> Followed:
        observed = self.observer.observe(batch)
        if batch.anomalies:
            return Followed(observed, [self.correlator.correlate(tenant) for tenant in sorted(observed.tenants)])
        return Followed(observed, [] if batch.records else self.correlator.correlate_news())
