"""How many users there are at each second: the stages of a load test and of a stress test, to any size and length."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Stage:
    """From as many users as there were to `users`, evenly, in `seconds`."""

    seconds: float
    users: float


def _minutes(*stages: tuple[float, float]) -> tuple[Stage, ...]:
    return tuple(Stage(minutes * MINUTE, users) for minutes, users in stages)


LOAD: Final = _minutes(
    (2, 100), (5, 1_000), (10, 1_000), (3, 5_000), (5, 5_000), (1, 10_000), (3, 10_000), (2, 1_000), (2, 0)
)
STRESS: Final = _minutes((2, 1_000), (2, 2_000), (2, 5_000), (2, 10_000), (2, 15_000), (2, 20_000), (5, 20_000), (2, 0))
SOAK: Final = _minutes((1, 1_000), (1_438, 1_000), (1, 0))


def length(stages: Sequence[Stage]) -> float:
    """Seconds."""
    return sum(stage.seconds for stage in stages)


def scaled(stages: Sequence[Stage], size: float, seconds: float) -> tuple[Stage, ...]:
    """`size` times the users, in a time of `seconds`."""
    pace = seconds / length(stages)
    return tuple(Stage(stage.seconds * pace, stage.users * size) for stage in stages)


def users_at(stages: Sequence[Stage], seconds: float) -> int | None:
    """None when all is over; in a stage that has users there is one at least.

    >>> up_and_down = (Stage(10, 100), Stage(10, 0))
    >>> users_at(up_and_down, 5), users_at(up_and_down, 10), users_at(up_and_down, 15), users_at(up_and_down, 20)
    (50, 100, 50, None)
    """
    before = 0.0
    for stage in stages:
        if seconds < stage.seconds:
            return max(1, round(before + (stage.users - before) * seconds / stage.seconds))
        seconds -= stage.seconds
        before = stage.users
    return None
