"""What `python -m infra.local` can do."""

import os
import time
from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.local import deploying, emulator, joining, noticing, planning, recording, report, totals, waiting
from infra.local.deploying import Deployed
from infra.local.emulator import Emulator
from infra.local.home import Home
from infra.local.hub import Hub
from infra.local.keys import create_key
from infra.local.requests import Post, posts_of
from infra.local.sending import Answered, send_all
from infra.local.workload import Workload, chosen_workload


class LocalRun:
    """The commands on one home; each returns what the process shall exit with."""

    def __init__(self, home: Home, console: Console) -> None:
        self._home = home
        self._console = console

    def up(self) -> int:
        """A hub that runs is kept, with its data and its key; changed code is deployed to it."""
        _, deployed = self._start()
        self._console.print(f"The hub is up: {deployed.url}\nIts address and a key are in {self._home.hub_file}")
        return 0

    def down(self) -> int:
        emulator.stop(self._home)
        self._console.print("The hub is down.")
        return 0

    def run(self) -> int:
        """Each run is a tenant of its own, so what is shown is this run alone; the key in hub.json is then its key."""
        running, deployed = self._start()
        anchor = datetime.now(UTC)
        tenant = f"run-{anchor:%Y%m%d-%H%M%S}"
        hub = self._hub_of(running, deployed, tenant)
        with self._console.status("making the workload"):
            workload = chosen_workload(os.environ, anchor)
            recorded = recording.recorded_of(workload, tenant)
            posts = recording.save(self._home.last_run, recorded, posts_of(workload))
        answered = send(self._console, hub, posts)
        with self._console.status("waiting") as status:
            found = waiting.until_final(hub, running, recorded, status.update)
        report.show(self._console, hub, recorded, found)
        self._console.print(report.balance(recorded, answered, found))
        exact = verdict(
            self._console, report.shortfalls(recorded, posts, answered, found), "Every event is there, once."
        )
        if workload.incidents:
            self._notice(running, deployed, workload, tenant)
            self._join(hub)
        unplanned = self._plan(running, deployed, tenant)
        self._invite(deployed)
        return exact or unplanned

    def _notice(self, running: Emulator, deployed: Deployed, workload: Workload, tenant: str) -> None:
        """The hub learns from what was replayed; what it then told, missed or told without cause is shown.

        Counts are exact or wrong and decide the exit status; what is unusual is a judgement, and is shown as one.
        """
        last = max(incident.end for incident in workload.incidents)
        with self._console.status("learning what is usual") as status:
            noticing.learn(running, deployed, datetime.fromisoformat(workload.start), last, status.update)
            found = noticing.noticed(
                running, deployed, tenant, lambda so_far: not noticing.shortfalls(workload.incidents, so_far)
            )
        noticing.show(self._console, workload.incidents, found)
        wrong = noticing.shortfalls(workload.incidents, found)
        verdict(self._console, wrong, "Every incident was found and told; before them nothing was.")

    def _join(self, hub: Hub) -> None:
        with self._console.status("joining what belongs together") as status:
            found = joining.incidents_of(hub, status.update)
        joining.show(self._console, found)
        verdict(self._console, joining.shortfalls(found), "The attack is one incident, and its cause is named first.")

    def _plan(self, running: Emulator, deployed: Deployed, tenant: str) -> int:
        """Two hours are no history: another tenant brings its day along, and must be told what it comes to."""
        hub = Hub(deployed.url, create_key(running, deployed.access_function, tenant=f"{tenant}-batches")["api_key"])
        hub.save(self._home.planning_file)
        with self._console.status("planning") as status:
            found = planning.plan(hub, running, datetime.now(UTC), status.update)
        wrong = planning.shortfalls(found)
        if not wrong:
            planning.show(self._console, found)
        return verdict(self._console, wrong, "Every model is forecast, and the budget that will break is known.")

    def _invite(self, deployed: Deployed) -> None:
        self._console.print(
            f"The console: {deployed.url}/\nSign in with the API key in {self._home.hub_file}; forecasts and a budget are those"
            f" of the tenant of the key in {self._home.planning_file}",
            soft_wrap=True,
        )

    def replay(self) -> int:
        """The same requests to the byte: the hub accepts them again and counts none of them again."""
        running = emulator.running(self._home)
        if running is None or not self._home.last_run.exists():
            self._console.print("There is no run to replay: `make run` makes one.")
            return 1
        recorded, posts = recording.load(self._home.last_run)
        hub = Hub.load(self._home.hub_file)
        before = totals.fetch(hub, recorded)
        answered = send(self._console, hub, posts)
        with self._console.status("waiting") as status:
            waiting.until_read(hub, running, datetime.now(UTC), status.update)
        after = totals.fetch(hub, recorded)
        report.show(self._console, hub, recorded, after)
        self._console.print(f"accepted again: {answered.accepted:,} items")
        return verdict(self._console, report.changes(before, after), "No total changed.")

    def _start(self) -> tuple[Emulator, Deployed]:
        with self._console.status("starting the emulator"):
            port = os.environ.get("HUB_PORT")
            running = emulator.start(self._home, int(port) if port else None)
        with self._console.status("deploying the hub to it"):
            deployed = deploying.deploy(self._home, running)
        if not self._home.hub_file.exists():
            self._hub_of(running, deployed, "local")
        return running, deployed

    def _hub_of(self, running: Emulator, deployed: Deployed, tenant: str) -> Hub:
        key = create_key(running, deployed.access_function, tenant=tenant)["api_key"]
        hub = Hub(deployed.url, key)
        hub.save(self._home.hub_file)
        return hub


def send(console: Console, hub: Hub, posts: Sequence[Post], *, pause_seconds: float = 0) -> Answered:
    """With a bar; each of the senders pauses after each of its requests."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("sending items", total=sum(post.items for post in posts))

        def answered(post: Post) -> None:
            progress.advance(task, post.items)
            time.sleep(pause_seconds)

        return send_all(hub, posts, on_answer=answered)


def verdict(console: Console, wrong: Sequence[str], right: str) -> int:
    for line in wrong:
        console.print(line, style="bold red")
    if not wrong:
        console.print(right, style="bold green")
    return 1 if wrong else 0
