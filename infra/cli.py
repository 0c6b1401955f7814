"""The hub's command line, for those who run a deployment: `python -m infra.cli keys create --tenant acme ...`.

It speaks to whatever AWS the environment names; with AWS_ENDPOINT_URL, to an emulator.
"""

import json
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from infra.deployment import DEPLOYMENTS, deployment_named

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

ROLES = ("super_admin", "admin", "analyst", "developer", "viewer", "api_client")
COLUMNS = ("key_id", "prefix", "name", "role", "rate_plan", "created_at", "valid_until", "revoked_at")
DAY = len("2026-11-22")
WIDE_ENOUGH = 140
"""An id that is cut short is of no use: a narrow terminal folds the lines, and a pipe takes them whole."""

Invoke = Callable[[dict[str, Any]], dict[str, Any]]


class CommandError(Exception):
    """What the hub refused, or why it could not be reached, in one sentence."""


@dataclass(frozen=True, slots=True)
class AccessFunction:
    """The function that keeps the keys, which only who may invoke it may use."""

    client: "LambdaClient"
    name: str

    @classmethod
    def of(cls, deployment: str) -> Self:
        stack = f"{deployment_named(deployment).stack_prefix}-Api"
        [described] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
        outputs = {output["OutputKey"]: output["OutputValue"] for output in described["Outputs"]}
        return cls(boto3.client("lambda"), outputs["AccessFunction"])

    def invoke(self, command: dict[str, Any]) -> dict[str, Any]:
        answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(command).encode())
        said: dict[str, Any] = json.loads(answer["Payload"].read())
        if answer.get("FunctionError"):
            raise CommandError(f"the hub failed: {said.get('errorMessage', 'no reason given')}")
        if error := said.get("error"):
            fields = "".join(f"\n  {field}: {what}" for field, what in error.get("fields", {}).items())
            raise CommandError(f"{error['message']}{fields}")
        return said


def main(
    arguments: Sequence[str] | None = None,
    console: Console | None = None,
    invoking: Callable[[str], Invoke] = lambda deployment: AccessFunction.of(deployment).invoke,
) -> int:
    asked = _parser().parse_args(arguments)
    console = console or Console(width=max(Console().width, WIDE_ENOUGH))
    try:
        _SHOW[asked.command](console, invoking(asked.deployment)(_command(asked)))
    except (CommandError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="hub", description="Runs a deployment of the LLM Analytics Hub.")
    keys = parser.add_subparsers(required=True, metavar="keys").add_parser("keys", help="API keys")
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
        each.add_argument("--deployment", default="local", choices=sorted(DEPLOYMENTS), help="(default: %(default)s)")
    return parser


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
