"""What of a tenant's data was refused at the door, came too late or could not be read, over time."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import BaseModel, Field

from functions.query.parameters import QualityParameters
from functions.query.times import span
from shared.access.principal import Principal
from shared.events.refusals import LATE, LIFE, QUARANTINED, RefusalCounts
from shared.windows.window import EPOCH

STEPS: Final = {
    "1m": timedelta(minutes=1),
    "5m": timedelta(minutes=5),
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "1d": timedelta(days=1),
}
MOST_POINTS: Final = 1_500
ACCEPTED: Final = frozenset({LATE, QUARANTINED})
"""What is counted beside the codes of what was refused."""
Codes = dict[str, int]


class QualityPoint(BaseModel):
    start: datetime
    late: int
    quarantined: int
    rejected: Annotated[Codes, Field(description="Items by the code that they were refused with.")]


class QualityAnswer(BaseModel):
    """Times without anything refused, late or quarantined have no point."""

    start: datetime
    end: datetime
    resolution: str
    late: Annotated[int, Field(description="Events taken and archived that came too late to be in a window.")]
    quarantined: Annotated[
        int,
        Field(
            description="Records of many events each that were taken and could not be counted, or not wholly, whether or "
            "not they have been since; by their arrival, and as far as they say whose they are."
        ),
    ]
    rejected: Annotated[int, Field(description="Items of requests that were refused, each with its code.")]
    by_code: Codes
    points: list[QualityPoint]


@dataclass(frozen=True, slots=True)
class Quality:
    refusals: RefusalCounts
    clock: Callable[[], datetime]

    def answer(self, principal: Principal, asked: QualityParameters) -> QualityAnswer:
        start, end = span(asked.start, asked.end, self.clock(), LIFE)
        resolution = asked.resolution if asked.resolution != "auto" else _finest(end - start)
        step = STEPS[resolution]
        found: dict[datetime, Counter[str]] = {}
        for refused in self.refusals.between(principal.tenant, start, end):
            at = refused.minute - (refused.minute - EPOCH) % step
            found.setdefault(at, Counter()).update(refused.counts)
        total = sum(found.values(), Counter[str]())
        return QualityAnswer(
            start=start,
            end=end,
            resolution=resolution,
            late=total[LATE],
            quarantined=total[QUARANTINED],
            rejected=sum(_codes(total).values()),
            by_code=_codes(total),
            points=[_point(at, counts) for at, counts in found.items()],
        )


def _finest(length: timedelta) -> str:
    """In which a chart of that length has few enough points."""
    return next((name for name, step in STEPS.items() if length / step <= MOST_POINTS), "1d")


def _point(at: datetime, counts: Counter[str]) -> QualityPoint:
    return QualityPoint(start=at, late=counts[LATE], quarantined=counts[QUARANTINED], rejected=_codes(counts))


def _codes(counts: Counter[str]) -> Codes:
    return {code: count for code, count in counts.most_common() if code not in ACCEPTED}
