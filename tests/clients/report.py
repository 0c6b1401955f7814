"""The table client by client: what the hub shows, and the ledger's figure where it is another."""

from collections.abc import Sequence
from typing import Protocol

from rich.table import Table

from tests.clients.catalog import Client
from tests.clients.comparing import MEASURES, Sums


class Compared(Protocol):
    """One client, what it sent and what came of it."""

    client: Client
    requests: int
    ledger: Sums
    shown: Sums
    wrong: list[str]


def table(compared: Sequence[Compared]) -> Table:
    shown = Table(title="what the hub shows of each client; where the ledger has another figure, it stands behind")
    shown.add_column("client", no_wrap=True)
    shown.add_column("sent", justify="right")
    for name in MEASURES:
        shown.add_column(name, justify="right", no_wrap=True)
    shown.add_column("exact", justify="center")
    for each in compared:
        cells = [_cell(each, name) for name in MEASURES]
        shown.add_row(each.client.name, str(each.requests), *cells, "[red]no" if each.wrong else "[green]yes")
    return shown


def _cell(compared: Compared, name: str) -> str:

    if name in compared.client.untold:
        return "untold"
    if name not in compared.shown:
        return ""
    found, wanted = compared.shown[name], compared.ledger[name]
    written = f"{found:,}"
    return written if found == wanted else f"[red]{written} ({wanted:,})"
