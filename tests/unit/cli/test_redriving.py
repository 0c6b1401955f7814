"""What the command line asks of redrive, and what it shows of the answers."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from infra.cli import main
from infra.invoking import CommandError

Answers = Callable[[dict[str, Any]], dict[str, Any]]
NOTHING = {"packs": 0, "events": 0, "ticks": 0, "refused": 0, "invocations": 0}
SLICE = {"objects": 1, "events": 1_000, "expired": 2, "unreadable": 0, "share": 0.5, "next": None}


class FakeHub:
    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.asked: list[dict[str, Any]] = []
        self._shown = io.StringIO()

    def run(self, *arguments: str) -> int:
        return main(arguments, Console(file=self._shown, width=120), self._invoking)

    @property
    def shown(self) -> str:
        return " ".join(self._shown.getvalue().split())

    def _invoking(self, deployment: str, stack: str, output: str) -> Any:
        assert (deployment, stack, output) == ("local", "Pipeline", "RedriveFunction")
        return self._invoke

    def _invoke(self, command: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(command)
        return self.answers(command)


def two_pages(command: dict[str, Any]) -> dict[str, Any]:
    if command["command"] != "list":
        return {"redriven": NOTHING | {"packs": 1, "events": 5}}
    last = command["after"] == "aws/lambda/1"
    key = "quarantine/2" if last else "aws/lambda/1"
    found = {"key": key, "kind": "given_up", "kept_at": "2026-11-22T10:05:00+00:00", "size_bytes": 7}
    return {"failures": [found], "next": None if last else key}


def test_everything_that_waits_is_listed() -> None:
    hub = FakeHub(two_pages)

    assert hub.run("redrive", "list") == 0
    assert all(text in hub.shown for text in ("aws/lambda/1", "quarantine/2", "given up", "2026-11-22T10:05"))


def test_nothing_that_waits_is_said() -> None:
    hub = FakeHub(lambda _: {"failures": [], "next": None})

    hub.run("redrive", "list")

    assert hub.shown == "Nothing waits."


def test_an_object_is_inspected() -> None:
    hub = FakeHub(lambda command: {"failure": {"key": command["key"], "code": "expired"}})

    hub.run("redrive", "inspect", "quarantine/2")

    assert '"code": "expired"' in hub.shown


def test_all_that_waits_is_published() -> None:
    hub = FakeHub(two_pages)

    status = hub.run("redrive", "publish", "--all")

    published = [command["key"] for command in hub.asked if command["command"] == "publish"]
    assert (status, published) == (0, ["aws/lambda/1", "quarantine/2"])
    assert "10 events in 2 packs" in hub.shown


def test_what_is_refused_stays_and_stops_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse_first(command: dict[str, Any]) -> dict[str, Any]:
        if command["key"] == "a":
            raise CommandError("All its minutes are over 9 days old")
        return {"redriven": NOTHING | {"ticks": 1}}

    hub = FakeHub(refuse_first)

    status = hub.run("redrive", "publish", "a", "b")

    assert status == 1
    assert capsys.readouterr().err == "a: All its minutes are over 9 days old\n"
    assert "1 ticks dropped" in hub.shown
    assert "1 of 2 objects stay" in hub.shown


def test_nothing_is_published_that_was_not_named(capsys: pytest.CaptureFixture[str]) -> None:
    hub = FakeHub(two_pages)

    assert (hub.run("redrive", "publish"), hub.asked) == (1, [])
    assert capsys.readouterr().err == "name the keys to publish, or say --all\n"


def test_only_what_is_named_is_discarded() -> None:
    hub = FakeHub(lambda command: {"discarded": command["key"]})

    hub.run("redrive", "discard", "a", "b")

    assert hub.asked == [{"command": "discard", "key": "a"}, {"command": "discard", "key": "b"}]
    assert hub.shown == "discarded a discarded b"


def test_a_replay_goes_on_slice_by_slice_to_the_end() -> None:
    slices = iter([SLICE | {"next": "key-1"}, SLICE | {"share": 1.0}])
    hub = FakeHub(lambda _: {"replayed": next(slices)})

    status = hub.run("replay", "--from", "2026-11-21", "--to", "2026-11-22T12:00", "--tenant", "acme", "--rate", "700")

    assert status == 0
    assert hub.asked == [
        {
            "command": "replay",
            "start": "2026-11-21T00:00:00+00:00",
            "end": "2026-11-22T12:00:00+00:00",
            "tenant": "acme",
            "events_per_second": 700,
            "after": after,
        }
        for after in ("", "key-1")
    ]
    assert "2,000 events of 2 objects were put again; 4 were refused" in hub.shown
    assert "100%" in hub.shown


def test_a_replay_that_fails_says_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    def fail_second(command: dict[str, Any]) -> dict[str, Any]:
        if command["after"]:
            raise CommandError("Kinesis did not answer")
        return {"replayed": SLICE | {"next": "key-1"}}

    status = FakeHub(fail_second).run("replay", "--from", "2026-11-21", "--to", "2026-11-22")

    assert status == 1
    assert capsys.readouterr().err == "Kinesis did not answer\nto go on from there: --after 'key-1'\n"


def test_objects_that_cannot_be_read_make_a_replay_fail() -> None:
    hub = FakeHub(lambda _: {"replayed": SLICE | {"unreadable": 1}})

    assert hub.run("replay", "--from", "2026-11-21", "--to", "2026-11-22") == 1


@pytest.mark.parametrize(
    "arguments",
    [["redrive"], ["redrive", "discard"], ["redrive", "inspect"], ["replay"], ["replay", "--from", "x", "--to", "y"]],
)
def test_what_is_not_a_command_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2
    assert "usage: hub" in capsys.readouterr().err
