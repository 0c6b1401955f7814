"""What each stage may do is reviewed in one file, grants.json: a change of a permission is a change of that file."""

import json
from pathlib import Path

from tests.infra.synthesised import STAGES_OF_MIRROR, Synthesised, strings

REVIEWED = Path(__file__).with_name("grants.json")


def test_actions_of_each_stage_are_those_reviewed(prod: Synthesised) -> None:
    reviewed = json.loads(REVIEWED.read_text())
    assert prod.actions() == {stage: actions for stage, actions in reviewed.items() if stage not in STAGES_OF_MIRROR}


def test_every_deployment_grants_the_same(prod: Synthesised, local: Synthesised) -> None:
    assert local.actions() == prod.actions()


def test_no_stage_may_do_everything_of_a_service(prod: Synthesised) -> None:
    actions = [action for stage in prod.actions().values() for action in stage]

    assert not [action for action in actions if "*" in action]


def test_no_function_has_a_managed_policy(prod: Synthesised) -> None:
    roles = [
        role
        for role in prod.properties("AWS::IAM::Role")
        if "lambda.amazonaws.com" in strings(role["AssumeRolePolicyDocument"])
    ]

    assert len(roles) == len(prod.functions())
    assert not [role for role in roles if role.get("ManagedPolicyArns")]


def test_each_function_has_a_role_of_its_own(prod: Synthesised) -> None:
    roles = [json.dumps(function["Role"]) for function in prod.functions().values()]

    assert len(set(roles)) == len(roles)
