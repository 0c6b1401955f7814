"""`python -m tests.clients [NAME ...]`: real clients, unmodified, against the hub on this machine."""

import argparse
import sys

from infra.local.__main__ import console
from infra.local.emulator import EmulatorError
from infra.local.home import Home
from infra.local.hub import HubRefusedError
from tests.clients.catalog import CLIENTS
from tests.clients.run import run


def main() -> int:
    known = [client.name for client in CLIENTS]
    parser = argparse.ArgumentParser(prog="python -m tests.clients", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}; all")
    names = parser.parse_args().names
    if unknown := set(names) - set(known):
        parser.error(f"there is no client {', '.join(sorted(unknown))}")
    clients = [client for client in CLIENTS if not names or client.name in names]
    try:
        return run(Home.of_project(), clients, console())
    except (EmulatorError, HubRefusedError) as failure:
        print(failure, file=sys.stderr)  # noqa: T201 (the program's own word)
        return 1


if __name__ == "__main__":
    sys.exit(main())
