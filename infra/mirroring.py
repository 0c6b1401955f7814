"""`hub mirror`: everything that the hub has kept of a span, written to the engine once more."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from rich.console import Console
from rich.progress import Progress

from infra.invoking import Invoke
from infra.redriving import PROGRESS, instant

RESOLUTIONS = ("1h", "15m", "5m", "1m")


def add_mirror(parser: ArgumentParser) -> Iterable[ArgumentParser]:
    parser.add_argument(
        "--from", dest="start", required=True, type=instant, help="of the windows: a date or a time (UTC)"
    )
    parser.add_argument("--to", dest="end", required=True, type=instant, help="where the span ends")
    parser.add_argument(
        "--tenant", dest="tenants", action="append", required=True, help="whose rollups, of windows older than 10 days"
    )
    parser.add_argument(
        "--resolution", dest="resolutions", action="append", choices=RESOLUTIONS, help="of these windows (default: all)"
    )
    parser.set_defaults(do=fill)
    return (parser,)


def fill(console: Console, invoke: Invoke, asked: Namespace) -> int:
    """What does not fit into one invocation goes on in the next; 1 if the engine refused points."""
    done: Counter[str] = Counter()
    with Progress(*PROGRESS, console=console) as progress:
        for resolution in asked.resolutions or RESOLUTIONS:
            task = progress.add_task(resolution, total=(asked.end - asked.start).total_seconds())
            start: datetime | None = asked.start
            while start:
                said = invoke(_command(asked, resolution, start))
                done.update({name: said[name] for name in ("windows", "points", "refused")})
                start = datetime.fromisoformat(said["next"]) if said["next"] else None
                progress.update(task, completed=((start or asked.end) - asked.start).total_seconds())
    console.print(f"{done['windows']} windows, {done['points']} points, {done['refused']} refused")
    return 1 if done["refused"] else 0


def _command(asked: Namespace, resolution: str, start: datetime) -> dict[str, object]:
    return {
        "command": "backfill",
        "resolution": resolution,
        "from": start.isoformat(),
        "to": asked.end.isoformat(),
        "tenants": asked.tenants,
    }
