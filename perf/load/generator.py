"""The process that plays the users: `python -m perf.load.generator PLAN`; a line of JSON a second, the last one the result.

It is a process of its own, since Locust puts gevent under all that waits.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import gevent
import locust
from locust.env import Environment
from locust.html import get_html_report
from locust.runners import LocalRunner
from locust.stats import stats_history

from perf.load.stages import Stage, users_at
from perf.load.users import SCENARIOS, Sent

FASTEST_SPAWN: Final = 100.0
PATIENCE_SECONDS: Final = 30.0
"""For the requests under way when all is over."""


def shape_of(stages: tuple[Stage, ...]) -> locust.LoadTestShape:
    class Staged(locust.LoadTestShape):
        def tick(self) -> tuple[int, float] | None:
            self_untyped: Any = self
            users = users_at(stages, self_untyped.get_run_time())
            return None if users is None else (users, FASTEST_SPAWN)

    make: Any = Staged
    shape: locust.LoadTestShape = make()
    return shape


def play(plan: dict[str, Any]) -> None:
    stages = tuple(Stage(**stage) for stage in plan["stages"])
    users: list[type[locust.User]] = [SCENARIOS[name] for name in plan["scenarios"]]
    environment = Environment(host=plan["url"], user_classes=users, stop_timeout=PATIENCE_SECONDS)
    environment.shape_class = shape_of(stages)
    runner = environment.create_local_runner()
    gevent.spawn(stats_history, runner)
    warm_up(environment, runner, max(stage.users for stage in stages), plan["warming_seconds"])
    runner.start_shape()
    while runner.shape_greenlet and not runner.shape_greenlet.dead:
        gevent.sleep(1)
        tell(environment)
    runner.quit()
    report: Any = get_html_report
    Path(plan["report"]).write_text(report(environment))
    tell(environment, is_done=True)


def warm_up(environment: Environment, runner: LocalRunner, users: float, seconds: float) -> None:
    """As many users as there will be, whose times do not count: functions start cold only once."""
    runner.start(max(round(users), len(environment.user_classes)), FASTEST_SPAWN, wait=True)
    gevent.sleep(seconds)
    runner.stop()
    environment.stats.reset_all()


def tell(environment: Environment, **more: Any) -> None:
    total = environment.stats.total
    line = {
        "users": environment.runner.user_count if environment.runner else 0,
        "requests_per_s": round(total.current_rps, 1),
        "requests": total.num_requests,
        "failed": total.num_failures,
        "p95_ms": total.get_current_response_time_percentile(0.95),
        "accepted": Sent.accepted,
        "unsure": Sent.unsure,
        "results": results(environment),
        "errors": [f"{error.name}: {error.error}" for error in environment.stats.errors.values()][:9],
        **more,
    }
    print(json.dumps(line), flush=True)


def results(environment: Environment) -> dict[str, Any]:
    """By scenario; a listener's ticket counts with its pings."""
    found: dict[str, Any] = {}
    for (name, _), entry in sorted(environment.stats.entries.items(), key=lambda pair: pair[1].num_requests):
        found[name] = {
            "requests": entry.num_requests,
            "failed": entry.num_failures,
            **{f"p{at}_ms": entry.get_response_time_percentile(at / 100) for at in (50, 95, 99)},
        }
    return found


if __name__ == "__main__":
    play(json.loads(sys.argv[1]))
