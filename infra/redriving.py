"""`hub redrive` and `hub replay`: what waits in the failure bucket, and what lies in the archive, for the hub again."""

import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from infra.invoking import CommandError, Invoke

MINUTE = len("2026-11-22T10:05")
PROGRESS = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))


def add_redrive(parser: ArgumentParser) -> Iterable[ArgumentParser]:
    commands = parser.add_subparsers(required=True, metavar="list | inspect | publish | discard")
    commands.add_parser("list", help="what waits in the failure bucket").set_defaults(do=show_waiting)
    inspect = commands.add_parser("inspect", help="why one object waits, and what is in it")
    inspect.add_argument("key")
    inspect.set_defaults(do=show_one)
    publish = commands.add_parser("publish", help="give it to the hub again; what is refused stays")
    publish.add_argument("keys", nargs="*", metavar="key")
    publish.add_argument("--all", action="store_true", help="everything that waits")
    publish.set_defaults(do=publish_all)
    discard = commands.add_parser("discard", help="remove it; what was in it is not counted")
    discard.add_argument("keys", nargs="+", metavar="key")
    discard.set_defaults(do=discard_all)
    return commands.choices.values()


def add_replay(parser: ArgumentParser) -> Iterable[ArgumentParser]:
    parser.add_argument("--from", dest="start", required=True, type=instant, help="of arrival: a date, or a time (UTC)")
    parser.add_argument("--to", dest="end", required=True, type=instant, help="where it ends, which is not replayed")
    parser.add_argument("--tenant", help="of this tenant alone")
    parser.add_argument("--rate", type=int, default=5_000, help="events a second (default: %(default)s)")
    parser.add_argument("--after", default="", help="go on where another replay of the same range stopped")
    parser.set_defaults(do=replay)
    return [parser]


def instant(text: str) -> datetime:
    """A time without an offset is of UTC.

    >>> instant("2026-11-22").isoformat(), instant("2026-11-22T11:00+01:00").astimezone(UTC).isoformat()
    ('2026-11-22T00:00:00+00:00', '2026-11-22T10:00:00+00:00')
    """
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def show_waiting(console: Console, invoke: Invoke, _asked: Namespace) -> int:
    table = Table(box=SIMPLE_HEAD)
    for column in ("kind", "kept", "bytes", "key"):
        table.add_column(column, overflow="fold", justify="right" if column == "bytes" else "left")
    for each in _waiting(invoke):
        table.add_row(each["kind"].replace("_", " "), each["kept_at"][:MINUTE], str(each["size_bytes"]), each["key"])
    console.print(table if table.rows else "Nothing waits.")
    return 0


def show_one(console: Console, invoke: Invoke, asked: Namespace) -> int:
    console.print_json(data=invoke({"command": "inspect", "key": asked.key})["failure"])
    return 0


def publish_all(console: Console, invoke: Invoke, asked: Namespace) -> int:
    """What one object is refused for stops no other."""
    if not asked.all and not asked.keys:
        raise CommandError("name the keys to publish, or say --all")
    keys = [each["key"] for each in _waiting(invoke)] if asked.all else asked.keys
    done: Counter[str] = Counter()
    for key in keys:
        try:
            done.update(invoke({"command": "publish", "key": key})["redriven"])
        except CommandError as error:
            done["stayed"] += 1
            print(f"{key}: {error}", file=sys.stderr)
    console.print(
        f"{done['events']} events in {done['packs']} packs were put again, {done['ticks']} ticks dropped, "
        f"{done['invocations']} invocations made; {done['refused']} records went to quarantine, "
        f"{done['stayed']} of {len(keys)} objects stay."
    )
    return 1 if done["stayed"] else 0


def discard_all(console: Console, invoke: Invoke, asked: Namespace) -> int:
    for key in asked.keys:
        console.print(f"discarded {invoke({'command': 'discard', 'key': key})['discarded']}", soft_wrap=True)
    return 0


def replay(console: Console, invoke: Invoke, asked: Namespace) -> int:
    """Slice after slice, each an invocation of its own; should one fail, the next command goes on from there."""
    done: Counter[str] = Counter()
    with Progress(*PROGRESS, console=console) as progress:
        bar = progress.add_task("", total=1.0)
        for replayed in _slices(invoke, asked):
            done.update({name: replayed[name] for name in ("events", "objects", "expired", "unreadable")})
            progress.update(bar, completed=replayed["share"], description=f"{done['events']:,} events")
    console.print(
        f"{done['events']:,} events of {done['objects']:,} objects were put again; {done['expired']:,} were refused, as "
        f"their minutes have outlived their state; {done['unreadable']} objects could not be read."
    )
    return 1 if done["unreadable"] else 0


def _slices(invoke: Invoke, asked: Namespace) -> Iterator[dict[str, Any]]:
    wanted = {
        "command": "replay",
        "start": asked.start.isoformat(),
        "end": asked.end.isoformat(),
        "tenant": asked.tenant,
        "events_per_second": asked.rate,
    }
    after = asked.after
    while after is not None:
        try:
            replayed = invoke({**wanted, "after": after})["replayed"]
        except CommandError as error:
            raise CommandError(f"{error}\nto go on from there: --after '{after}'") from error
        yield replayed
        after = replayed["next"]


def _waiting(invoke: Invoke) -> Iterator[dict[str, Any]]:
    after: str | None = ""
    while after is not None:
        page = invoke({"command": "list", "after": after, "limit": 1_000})
        yield from page["failures"]
        after = page["next"]
