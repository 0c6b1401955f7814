"""The pipelines do what a developer does, with actions that nobody can change and no more rights than they need."""

import re
from pathlib import Path

import pytest

from infra.layers import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w-]+/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
USES = re.compile(r"uses: (.+)")
JOB = re.compile(r"^  ([a-z-]+):\n((?:    .*\n|\n)+)", re.MULTILINE)


def jobs(workflow: Path) -> dict[str, str]:
    return dict(JOB.findall(workflow.read_text().partition("\njobs:\n")[2] + "\n"))


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_by_hash_and_say_their_version(workflow: Path) -> None:
    used = USES.findall(workflow.read_text())

    assert used
    assert [action for action in used if not PINNED.fullmatch(action)] == []


def test_an_action_has_one_version_everywhere() -> None:
    used = {action for workflow in WORKFLOWS for action in USES.findall(workflow.read_text())}
    owners = [action.partition("@")[0].split("/")[:2] for action in used]
    pins = {("/".join(owner), action.partition("@")[2]) for owner, action in zip(owners, used, strict=True)}

    assert len(pins) == len({owner for owner, _ in pins})


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_every_job_ends_and_a_workflow_may_write_nothing_unless_a_job_says_so(workflow: Path) -> None:
    head = workflow.read_text().partition("\njobs:\n")[0]

    assert "permissions: {}" in head or "permissions:\n  contents: read\n" in head
    assert "write" not in head
    assert [name for name, text in jobs(workflow).items() if "timeout-minutes:" not in text] == []


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.stem)
def test_what_a_job_makes_is_a_target_that_anybody_can_make(workflow: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    made = re.findall(r"\bmake (?:--silent )?((?:[a-z-]+ ?)+)", workflow.read_text())

    assert {target for each in made for target in each.split()} <= targets


def test_there_are_no_long_lived_keys() -> None:
    for workflow in WORKFLOWS:
        assert "secrets." not in workflow.read_text()
        assert "aws-access-key-id" not in workflow.read_text()


def test_a_release_is_deployed_only_after_it_was_checked_built_twice_signed_and_tried_in_staging() -> None:
    needed = {
        name: re.findall(r"needs: (\S+)", text) for name, text in jobs(ROOT / ".github/workflows/release.yml").items()
    }
    way = ["publish", "production", "staging", "attest", "reproduce", "build", "check"]

    assert [needed[name] for name in way[:-1]] == [[name] for name in way[1:]]


def test_a_production_that_fails_goes_back_with_all_calls_at_once() -> None:
    production = jobs(ROOT / ".github/workflows/release.yml")["production"]
    way = ["make --silent released", "make --silent risen", "make deploy-built", "make smoke", "make watch"]
    places = [production.index(command) for command in [*way, "make --silent undone", 'git checkout "$BEFORE"']]

    assert places == sorted(places)
    assert production.count("if: failure()") == 2
    assert "make deploy DEPLOYMENT=prod CANARY=off" in production[places[-1] :]


def test_whatever_fails_is_told() -> None:
    found = jobs(ROOT / ".github/workflows/release.yml")
    needed = re.search(r"needs: \[(.+)\]", found["notify"])

    assert needed
    assert set(needed[1].split(", ")) == found.keys() - {"notify"}
