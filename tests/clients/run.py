"""`make clients`: drives them, asks the hub what it counted, sends all of it again and asks once more."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from subprocess import CalledProcessError, TimeoutExpired
from time import monotonic

from rich.console import Console

from infra.local import deploying, emulator, waiting
from infra.local.clock import end_of_minute, written
from infra.local.emulator import Emulator
from infra.local.home import Home
from infra.local.hub import Hub
from infra.local.keys import create_key
from tests.clients.catalog import Client
from tests.clients.comparing import Span, Sums, differences, shown_by, summarised_by, told_by
from tests.clients.driving import Addresses, ClientError, drive
from tests.clients.installing import install
from tests.clients.ledger import Ledger
from tests.clients.refusals import refusals
from tests.clients.report import table
from tests.clients.serving import Relay, Stub, served

_SETTLED_WITHIN_SECONDS = 60
_BROKEN = (ClientError, CalledProcessError, TimeoutExpired)


@dataclass(slots=True)
class Driven:
    """A client with the tenant of its own, and what came of it."""

    client: Client
    hub: Hub
    requests: int = 0
    ledger: Sums = field(default_factory=dict)
    shown: Sums = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def run(home: Home, clients: Sequence[Client], console: Console) -> int:
    """The exit status: 0 if every total is the ledger's, and none changes when all is sent again."""
    with console.status("starting the hub"):
        running = emulator.start(home)
        deployed = deploying.deploy(home, running)
    began, run_name = datetime.now(UTC), f"{datetime.now(UTC):%H%M%S}"
    ledger, relay = Ledger(), Relay(deployed.url)
    driven = []
    for client in clients:
        tenant = f"client-{client.name}-{run_name}"
        key = create_key(running, deployed.access_function, tenant=tenant)["api_key"]
        driven.append(Driven(client, Hub(deployed.url, key)))
    with served(Stub(ledger)) as llm, served(relay) as relayed:
        for each in driven:
            _drive(each, llm, relayed, console)
    span = _span(began, datetime.now(UTC))
    with console.status("waiting for the last window") as status:
        waiting.until_closed(driven[0].hub, running, datetime.fromisoformat(span.end), status.update)
        for each in driven:
            _compare(each, ledger, relay, span)
    with console.status("sending all of it again"):
        _again(driven, relay, running, span)
    console.print(table(driven))
    return _verdict(driven, console)


def _span(began: datetime, ended: datetime) -> Span:
    return Span(written(began.replace(second=0, microsecond=0)), written(end_of_minute(ended)))


def _drive(driven: Driven, llm: str, relayed: str, console: Console) -> None:
    name = driven.client.name
    try:
        with _timed(console, f"{name}: installing"):
            install(driven.client)
        with _timed(console, f"{name}: talking"):
            drive(driven.client, Addresses(llm, relayed, driven.hub.api_key))
    except _BROKEN as failure:
        driven.wrong.append(str(failure))


@contextmanager
def _timed(console: Console, what: str) -> Iterator[None]:
    """What takes long is told."""
    began = monotonic()
    with console.status(what):
        yield
    if (seconds := monotonic() - began) > 1:
        console.print(f"{what} took {seconds:.0f} s", style="dim")


def _compare(driven: Driven, ledger: Ledger, relay: Relay, span: Span) -> None:
    sent = relay.of(driven.client.name)
    driven.requests = len(sent)
    driven.ledger = told_by(driven.client, ledger.of(driven.client.name))
    driven.shown = _settled(driven, span)
    driven.wrong += refusals(sent)
    driven.wrong += differences(driven.ledger, driven.shown)
    driven.wrong += [f"by the summary, {each}" for each in differences(driven.ledger, summarised_by(driven.hub, span))]
    if not driven.ledger["requests"]:
        driven.wrong.append("the client made no call")


def _settled(driven: Driven, span: Span) -> Sums:
    """Windows that were announced before their last event are revised after the cursor has passed."""
    until = monotonic() + _SETTLED_WITHIN_SECONDS
    shown = shown_by(driven.hub, span)
    while differences(driven.ledger, shown) and monotonic() < until:
        before, shown = shown, shown_by(driven.hub, span)
        if before == shown and monotonic() > until - _SETTLED_WITHIN_SECONDS / 2:
            break
    return shown


def _again(driven: Sequence[Driven], relay: Relay, running: Emulator, span: Span) -> None:
    """To the byte what the clients have sent, with what they were told of it."""
    for each in driven:
        first, second = relay.of(each.client.name), relay.again(each.client.name)
        if [passed.answer.status for passed in first] != [passed.answer.status for passed in second]:
            each.wrong.append("sent again, it was answered otherwise")
    waiting.until_read(driven[0].hub, running, datetime.now(UTC), lambda _: None)
    for each in driven:
        changes = differences(each.shown, shown_by(each.hub, span))
        each.wrong += [f"sent again, {change}" for change in changes]


def _verdict(driven: Sequence[Driven], console: Console) -> int:
    for each in driven:
        for wrong in each.wrong:
            console.print(f"{each.client.name}: {wrong}", style="red", markup=False)
    if any(each.wrong for each in driven):
        return 1
    console.print("Every client is counted exactly, and no total changed when all of it was sent again.", style="green")
    return 0
