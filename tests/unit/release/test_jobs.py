"""What the pipelines type can be typed on any machine, or it is said why not."""

import pytest

from tests.jobs import ELSEWHERE, LONGEST, Step, every_step, run

STEPS = every_step()


def test_only_what_needs_another_place_is_left_out() -> None:
    assert {step.left_out for step in STEPS} - {None} == set(ELSEWHERE.values())
    assert LONGEST in {step.command for step in STEPS}


@pytest.mark.parametrize("step", [step for step in STEPS if not step.left_out], ids=lambda step: step.command)
def test_what_is_typed_here_is_a_target_of_make_or_a_tool_of_this_project(step: Step) -> None:
    assert step.command.startswith(("make ", ".venv/bin/", "bash .ci/"))


def test_what_is_left_out_does_nothing_that_could_be_tried_here() -> None:
    mixed = [step.command for step in STEPS if step.left_out and len(step.command.splitlines()) > 1]

    assert [command for command in mixed if "gh " not in command and "deploy" not in command] == []


def test_a_step_reads_what_another_one_has_put_out() -> None:
    outputs: dict[str, str] = {}

    assert run(Step("release/build", 'echo "digest=c0ffee" >> "$GITHUB_OUTPUT"'), outputs) == 0
    told = Step("release/reproduce", 'test "$DIGEST" = c0ffee', {"DIGEST": "${{ needs.build.outputs.digest }}"})

    assert run(told, outputs) == 0
    assert run(told, {}) == 1


def test_a_pipe_fails_with_its_first_part() -> None:
    assert run(Step("release/build", "false | tee /dev/null"), {}) == 1


def test_the_notes_are_those_of_the_last_release() -> None:
    assert run(Step("release/publish", 'make --silent notes VERSION="${GITHUB_REF_NAME#v}" > /dev/null'), {}) == 0
