"""Whatever overlaps, dies or comes again: the engine ends with what the hub has; and each safeguard is needed."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from functions.timestream.mirror import MirrorWindows, Outcome
from shared.mirror.stores import Look
from shared.windows.window import Window
from tests.unit.timestream.overlapping import World

SEEDS = range(150)


class NeverAgain(MirrorWindows):
    def look_again(self, until: datetime) -> Outcome:  # noqa: ARG002 (as the real one)
        return Outcome()


class ForgottenBeforehand(MirrorWindows):
    def look_again(self, until: datetime) -> Outcome:  # noqa: ARG002 (as the real one)
        for look in self.looks.due(self.clock()):
            self.looks.settle(look)
            self._written(look.window)
        return Outcome()


@dataclass(frozen=True)
class Impatient(MirrorWindows):
    def write(self, window: Window) -> Outcome:
        self.looks.note(Look(window, self.clock()))
        return self._written(window)


class KeepsFolded(MirrorWindows):
    def _written(self, window: Window) -> Outcome:
        remove, self.mirror.remove_older = self.mirror.remove_older, lambda *_: None  # type: ignore[method-assign]
        try:
            return super()._written(window)
        finally:
            self.mirror.remove_older = remove  # type: ignore[method-assign]


def test_the_engine_ends_with_what_the_hub_has() -> None:
    for seed in SEEDS:
        world = World(seed)

        world.play()

        assert world.looks.looks == {}
        assert world.is_true(), seed


@pytest.mark.parametrize("mutant", [NeverAgain, ForgottenBeforehand, Impatient, KeepsFolded])
def test_without_a_safeguard_it_does_not(mutant: type[MirrorWindows]) -> None:
    def ends_wrong(seed: int) -> bool:
        world = World(seed, mutant)
        world.play()
        return not world.is_true()

    assert any(map(ends_wrong, SEEDS))
