"""`python -m infra.release digest | compare | pack | unpack | smoke | risen | watch | undone | released | notes`: each ends with
0 if all is well.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.deployment import DEPLOYMENTS, deployment_named
from infra.invoking import CommandedFunction, CommandError, output_of
from infra.layers import ROOT
from infra.local.hub import Hub, HubRefusedError
from infra.release.digests import differences, write_digests
from infra.release.history import NothingDeployedError, released
from infra.release.notes import NoNotesError, notes_of
from infra.release.packing import pack, unpack
from infra.release.smoke import Smoke, SmokeError
from infra.release.undone import undone
from infra.release.watching import raised, watched

EXPECTED = (BotoCoreError, ClientError, CommandError, HubRefusedError, NoNotesError, NothingDeployedError, SmokeError)


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    try:
        return DOES[asked.command](asked)
    except EXPECTED as error:
        print(error, file=sys.stderr)
        return 1


def _digest(asked: Namespace) -> int:
    print(write_digests(asked.folder))
    return 0


def _compare(asked: Namespace) -> int:
    found = differences(asked.folder, asked.other)
    print("\n".join(found) or "the same")
    return 1 if found else 0


def _smoke(asked: Namespace) -> int:
    access = CommandedFunction.of(asked.deployment, "Api", "AccessFunction")
    url: str = asked.url or output_of(asked.deployment, "Api", "ApiUrl")
    Smoke(access.invoke, lambda key: Hub(url.rstrip("/"), key)).test(datetime.now(UTC))
    print("an event that was sent twice is counted once")
    return 0


def _watch(asked: Namespace) -> int:
    prefix = deployment_named(asked.deployment).stack_prefix
    before = asked.before.read_text().splitlines() if asked.before else None
    risen = watched(boto3.client("cloudwatch"), prefix, timedelta(minutes=asked.minutes), before=before)
    print("\n".join(f"risen: {name}" for name in risen) or f"no alarm has risen in {asked.minutes:g} minutes")
    return 1 if risen else 0


def _risen(asked: Namespace) -> int:
    for name in raised(boto3.client("cloudwatch"), deployment_named(asked.deployment).stack_prefix):
        print(name)
    return 0


def _undone(asked: Namespace) -> int:
    lines = undone(boto3.client("cloudformation"), deployment_named(asked.deployment).stack_prefix)
    print("\n".join(lines) or "no stack was rolled back")
    return 0


def _released(asked: Namespace) -> int:
    print(released(asked.deployment))
    return 0


def _pack(asked: Namespace) -> int:
    pack(asked.folder, asked.lists, asked.target)
    return 0


def _unpack(asked: Namespace) -> int:
    unpack(asked.folder, asked.target)
    return 0


def _notes(asked: Namespace) -> int:
    print(notes_of((ROOT / "CHANGELOG.md").read_text(), asked.version))
    return 0


DOES: Mapping[str, Callable[[Namespace], int]] = {
    "digest": _digest,
    "compare": _compare,
    "pack": _pack,
    "unpack": _unpack,
    "notes": _notes,
    "smoke": _smoke,
    "risen": _risen,
    "watch": _watch,
    "undone": _undone,
    "released": _released,
}


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m infra.release", description=__doc__)
    commands = parser.add_subparsers(required=True, dest="command")
    folders = {
        "digest": ("write SHA256SUMS of a build", ["folder"]),
        "compare": ("name what differs in two builds", ["folder", "other"]),
        "pack": ("archive what was built", ["folder", "lists", "target"]),
        "unpack": ("bring back what was archived", ["folder", "target"]),
    }
    for command, (does, names) in folders.items():
        parser_of = commands.add_parser(command, help=does)
        for name in names:
            parser_of.add_argument(name, type=Path)
    commands.add_parser("notes", help="what the changelog says of a release").add_argument("version")
    told = {
        "smoke": "send an event twice and wait until it is counted once",
        "risen": "the alarms that are up",
        "watch": "fail if an alarm rises",
        "undone": "why a deploy was rolled back",
        "released": "the commit that was deployed last",
    }
    for command, does in told.items():
        commands.add_parser(command, help=does).add_argument("--deployment", required=True, choices=sorted(DEPLOYMENTS))
    commands.choices["smoke"].add_argument("--url", help="where the API answers, if not where its stack says")
    commands.choices["watch"].add_argument("--minutes", type=float, default=5.0)
    before = "alarms that were up before the deploy, a line each"
    commands.choices["watch"].add_argument("--before", type=Path, help=before)
    return parser


if __name__ == "__main__":
    sys.exit(main())
