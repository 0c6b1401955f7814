"""What the command line asks of the access function, and what it shows of the answer."""

import io
import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from infra.cli import ROLES, main
from infra.invoking import CommandedFunction, CommandError
from shared.access.roles import Role

KEY = {
    "key_id": "key_0123456789abcdef0123456789abcdef",
    "prefix": "kkkkkkkk",
    "name": "ci",
    "tenant": "acme",
    "role": "admin",
    "rate_plan": "standard",
    "created_at": "2026-11-22T12:00:00+00:00",
    "valid_until": None,
    "revoked_at": None,
}
SECRET = "llmah_" + "k" * 43


class FakeHub:
    def __init__(self, answer: dict[str, Any] | CommandError) -> None:
        self.answer = answer
        self.asked: list[dict[str, Any]] = []
        self.deployments: list[str] = []
        self.shown = io.StringIO()

    def run(self, *arguments: str, width: int = 250) -> int:
        return main(["keys", *arguments], Console(file=self.shown, width=width), self._invoking)

    def _invoking(self, deployment: str, stack: str, output: str) -> Any:
        assert (stack, output) == ("Api", "AccessFunction")
        self.deployments.append(deployment)
        return self._invoke

    def _invoke(self, command: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(command)
        if isinstance(self.answer, CommandError):
            raise self.answer
        return self.answer


def test_a_new_key_is_shown_whole_however_narrow_the_terminal() -> None:
    hub = FakeHub({"api_key": SECRET, "key": KEY})

    status = hub.run("create", "--tenant", "acme", "--role", "admin", "--name", "ci", width=40)

    assert status == 0
    assert hub.deployments == ["local"]
    assert hub.asked == [
        {
            "command": "create_key",
            "tenant": "acme",
            "role": "admin",
            "name": "ci",
            "rate_plan": "standard",
            "valid_days": 90,
        }
    ]
    assert SECRET in hub.shown.getvalue().splitlines()


def test_a_key_may_be_of_another_plan_and_without_end() -> None:
    hub = FakeHub({"api_key": SECRET, "key": KEY})

    hub.run(
        *("create", "--tenant", "acme", "--role", "viewer", "--name", "x", "--plan", "high", "--valid-days", "0"),
        *("--deployment", "prod"),
    )

    assert (hub.asked[0]["rate_plan"], hub.asked[0]["valid_days"]) == ("high", None)
    assert hub.deployments == ["prod"]


def test_keys_are_listed_as_a_table() -> None:
    hub = FakeHub({"keys": [KEY, KEY | {"name": "laptop", "revoked_at": "2026-11-23T08:00:00+00:00"}]})

    hub.run("list", "--tenant", "acme")

    assert hub.asked == [{"command": "list_keys", "tenant": "acme"}]
    assert all(text in hub.shown.getvalue() for text in ("laptop", "2026-11-23", str(KEY["key_id"])))


@pytest.mark.parametrize("command", ["revoke", "rotate"])
def test_a_key_is_named_by_its_id(command: str) -> None:
    hub = FakeHub({"api_key": SECRET, "key": KEY})

    status = hub.run(command, str(KEY["key_id"]), "--tenant", "acme")

    assert status == 0
    assert hub.asked == [{"command": f"{command}_key", "tenant": "acme", "key_id": KEY["key_id"]}]


def test_a_refusal_is_told_and_is_a_failure(capsys: pytest.CaptureFixture[str]) -> None:
    status = FakeHub(CommandError("the tenant has no such key")).run("revoke", "key_1", "--tenant", "acme")

    assert status == 1
    assert capsys.readouterr().err == "the tenant has no such key\n"


@pytest.mark.parametrize(
    "arguments",
    [[], ["keys"], ["keys", "create"], ["keys", "list"], ["keys", "list", "--tenant", "a", "--deployment", "x"]],
)
def test_what_is_not_a_command_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2
    assert "usage: hub" in capsys.readouterr().err


def test_the_roles_are_those_of_the_hub() -> None:
    assert list(ROLES) == [role.value for role in Role]


def invoked(answer: dict[str, Any], **beside: str) -> dict[str, Any]:
    payload = io.BytesIO(json.dumps(answer).encode())
    client = SimpleNamespace(invoke=lambda **_: {"Payload": payload, **beside})
    return CommandedFunction(cast("Any", client), "access").invoke({"command": "list_keys"})


def test_what_the_function_answers_is_handed_on() -> None:
    assert invoked({"keys": []}) == {"keys": []}


def test_what_the_function_refuses_is_told_by_field() -> None:
    with pytest.raises(CommandError, match=r"not valid\n  tenant: too short"):
        invoked({"error": {"code": "x", "message": "not valid", "fields": {"tenant": "too short"}}})


def test_a_function_that_failed_is_told() -> None:
    with pytest.raises(CommandError, match="the hub failed: timed out"):
        invoked({"errorMessage": "timed out"}, FunctionError="Unhandled")
