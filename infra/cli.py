"""The hub's command line, for those who run a deployment: `python -m infra.cli keys create --tenant acme ...`.

It speaks to whatever AWS the environment names; with AWS_ENDPOINT_URL, to an emulator.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infra.deployment import DEPLOYMENTS
from infra.invoking import CommandedFunction, CommandError, Invoke
from infra.learning import add_learn
from infra.mirroring import add_mirror
from infra.redriving import add_redrive, add_replay

ROLES = ("super_admin", "admin", "analyst", "developer", "viewer", "api_client")
COLUMNS = ("key_id", "prefix", "name", "role", "rate_plan", "created_at", "valid_until", "revoked_at")
DAY = len("2026-11-22")
WIDE_ENOUGH = 140
"""An id that is cut short is of no use: a narrow terminal folds the lines, and a pipe takes them whole."""

FUNCTIONS = {
    "keys": ("Api", "AccessFunction"),
    "redrive": ("Pipeline", "RedriveFunction"),
    "replay": ("Pipeline", "RedriveFunction"),
    "learn": ("Detection", "AnomalyFunction"),
    "mirror": ("Mirror", "TimestreamFunction"),
}
"""Which function each group of commands is for: the stack that has it, and the output that names it."""


def main(
    arguments: Sequence[str] | None = None,
    console: Console | None = None,
    invoking: Callable[[str, str, str], Invoke] = lambda *where: CommandedFunction.of(*where).invoke,
) -> int:
    asked = _parser().parse_args(arguments)
    console = console or Console(width=max(Console().width, WIDE_ENOUGH))
    try:
        done: int = asked.do(console, invoking(asked.deployment, *FUNCTIONS[asked.group]), asked)
    except (CommandError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return done


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="hub", description="Runs a deployment of the LLM Analytics Hub.")
    groups = parser.add_subparsers(required=True, dest="group", metavar="keys | redrive | replay | learn | mirror")
    commands = (
        *_add_keys(groups.add_parser("keys", help="API keys")),
        *add_redrive(groups.add_parser("redrive", help="what failed, for the hub again")),
        *add_replay(groups.add_parser("replay", help="what arrived, for the hub again; nothing is counted twice")),
        *add_learn(groups.add_parser("learn", help="what is usual, anew from what the hub has closed")),
        *add_mirror(groups.add_parser("mirror", help="what the hub has kept, for the engine that Grafana reads")),
    )
    for each in commands:
        each.add_argument("--deployment", default="local", choices=sorted(DEPLOYMENTS), help="(default: %(default)s)")
    return parser


def _add_keys(keys: ArgumentParser) -> Iterable[ArgumentParser]:
    commands = keys.add_subparsers(required=True, dest="command", metavar="create | list | revoke | rotate")
    create = commands.add_parser("create", help="make a key; it is shown this once")
    create.add_argument("--role", required=True, choices=ROLES)
    create.add_argument("--name", required=True, help="what it is for")
    create.add_argument("--plan", default="standard", help="rate plan (default: %(default)s)")
    create.add_argument("--valid-days", type=int, default=90, help="0: without end (default: %(default)s)")
    for command, does in (("revoke", "end a key"), ("rotate", "make a key anew and end the old one")):
        commands.add_parser(command, help=does).add_argument("key_id")
    commands.add_parser("list", help="the keys of a tenant")
    for each in commands.choices.values():
        each.add_argument("--tenant", required=True)
        each.set_defaults(do=_do_with_keys)
    return commands.choices.values()


def _do_with_keys(console: Console, invoke: Invoke, asked: Namespace) -> int:
    _SHOW[asked.command](console, invoke(_command(asked)))
    return 0


def _command(asked: Namespace) -> dict[str, Any]:
    """What the access function is asked."""
    if asked.command == "list":
        return {"command": "list_keys", "tenant": asked.tenant}
    if asked.command != "create":
        return {"command": f"{asked.command}_key", "tenant": asked.tenant, "key_id": asked.key_id}
    return {
        "command": "create_key",
        "tenant": asked.tenant,
        "role": asked.role,
        "name": asked.name,
        "rate_plan": asked.plan,
        "valid_days": asked.valid_days or None,
    }


def _show_new(console: Console, said: Mapping[str, Any]) -> None:
    _show_table(console, [said["key"]])
    console.print("The key, which is not shown again:")
    # Nothing may fold it or colour it: it is there to be copied.
    console.print(said["api_key"], soft_wrap=True, highlight=False, markup=False)


def _show_table(console: Console, keys: Sequence[Mapping[str, Any]]) -> None:
    table = Table(box=SIMPLE_HEAD)
    for column in COLUMNS:
        table.add_column(column.removesuffix("_at").replace("_", " "), no_wrap=column != "name")
    for key in keys:
        table.add_row(*(_cell(column, key[column]) for column in COLUMNS))
    console.print(table)


def _cell(column: str, value: str | None) -> str:
    """Of an instant the day."""
    text = value or ""
    return text[:DAY] if column in {"created_at", "valid_until", "revoked_at"} else text


_SHOW: Mapping[str, Callable[[Console, Mapping[str, Any]], None]] = {
    "create": _show_new,
    "rotate": _show_new,
    "revoke": lambda console, said: _show_table(console, [said["key"]]),
    "list": lambda console, said: _show_table(console, said["keys"]),
}


if __name__ == "__main__":
    sys.exit(main())
