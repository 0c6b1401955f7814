"""`hub learn`: the hub learns anew what is usual, from the windows it has closed since an instant."""

import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable
from datetime import datetime

from rich.console import Console

from infra.invoking import Invoke

PAUSE_SECONDS = 5


def add_learn(learn: ArgumentParser) -> Iterable[ArgumentParser]:
    learn.add_argument("--from", dest="since", required=True, type=_instant, help="RFC 3339, at most 10 days ago")
    learn.set_defaults(do=_do)
    return (learn,)


def _do(console: Console, invoke: Invoke, asked: Namespace) -> int:
    """What does not fit into one invocation is asked for again, until it comes no further."""
    said = invoke({"command": "learn", "from": asked.since.isoformat()})
    while said["windows"]:
        console.print(f"{said['windows']} windows, up to {said['next']}; {said['opened']} anomalies")
        time.sleep(PAUSE_SECONDS)
        said = invoke({"command": "status"})
    console.print(f"all is folded up to {said['next']}")
    return 0


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant has an offset")
    return at
