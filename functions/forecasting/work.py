"""What each kind of invocation means: an hour has passed and its work is planned, or tasks of it are to be done."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from functions.forecasting.assess import Assessed, Assessor
from functions.forecasting.planning import Planner
from functions.forecasting.predict import Predicted, Predictor
from shared.forecasts.stores import Task


@dataclass(frozen=True, slots=True)
class Done:
    planned: int = 0
    predicted: Sequence[Predicted] = ()
    assessed: Sequence[Assessed] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Worker:
    planner: Planner
    predictor: Predictor
    assessor: Assessor

    def work(self, tasks: Sequence[Task] | None) -> Done:
        """None: an hour has passed. A task that fails fails the invocation, and the queue gives it again."""
        if tasks is None:
            return Done(planned=self.planner.plan())
        return Done(
            predicted=[self.predictor.predict(task) for task in tasks if task.grouping is not None],
            assessed=[self.assessor.assess(task.tenant, task.origin) for task in tasks if task.grouping is None],
        )
