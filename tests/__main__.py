"""`python -m tests --seeds 1000`: all tests and the simulation; those on the emulator, which mostly wait, beside the others."""

import sys
from argparse import ArgumentParser

from tests.side_by_side import side_by_side

PYTEST = (sys.executable, "-m", "pytest", "--quiet")
ON_ALL_CORES = ("-n", "auto", "--dist", "loadgroup")


def main() -> int:
    parser = ArgumentParser(prog="python -m tests", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many seeds the simulation plays")
    asked = parser.parse_args()
    return side_by_side(
        computing=[
            (*PYTEST, *ON_ALL_CORES, "-m", "not network"),
            (sys.executable, "-m", "tests.simulation", "--seeds", str(asked.seeds)),
        ],
        waiting=(*PYTEST, "-m", "network"),
    )


if __name__ == "__main__":
    sys.exit(main())
