"""`python -m infra.local up|down|run|replay|chaos`: what the make targets of these names call."""

import argparse
import sys

from rich.console import Console

from infra.local.chaos import chaos
from infra.local.commands import LocalRun
from infra.local.emulator import EmulatorError
from infra.local.home import Home
from infra.local.hub import HubRefusedError

_WIDTH = 140


def console() -> Console:
    """As wide as the table needs where the output is no terminal."""
    return Console() if sys.stdout.isatty() else Console(width=_WIDTH)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("command", choices=("up", "down", "run", "replay", "chaos"))
    asked = parser.parse_args()
    shown = console()
    local = LocalRun(Home.of_project(), shown)
    commands = {"up": local.up, "down": local.down, "run": local.run, "replay": local.replay}
    try:
        return chaos(shown) if asked.command == "chaos" else commands[asked.command]()
    except (EmulatorError, HubRefusedError) as failure:
        print(failure, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
