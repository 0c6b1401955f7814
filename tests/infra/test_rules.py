"""The rule packs ran while the fixtures synthesised; here is what they said, and cfn-lint's word on the templates."""

import json
from functools import cache

import pytest
from cfnlint.api import ManualArgs, lint
from cfnlint.rules import Match

from tests.infra.synthesised import Synthesised

# A dependency that CDK writes although a reference implies it already, and names that only a deployment knows.
NOISE = ["W3005", "W3010"]
LINTED = ManualArgs(ignore_checks=NOISE, regions=["us-east-1"])


def findings(hub: Synthesised) -> list[str]:
    report = json.loads((hub.folder / "validation-report.json").read_text())
    return [violation["ruleName"] for plugin in report["pluginReports"] for violation in plugin["violations"]]


def remarks(hub: Synthesised) -> list[Match]:
    return [match for file in hub.template_files() for match in _linted(file.read_text())]


@cache
def _linted(template: str) -> tuple[Match, ...]:
    """What several deployments have alike is looked at once."""
    return tuple(lint(template, config=LINTED))


@pytest.fixture(params=["prod", "edged", "provisioned", "dev", "local"])
def hub(request: pytest.FixtureRequest) -> Synthesised:
    """What is not here has its own: Kafka in test_kafka, the mirrors in test_mirror."""
    found: Synthesised = request.getfixturevalue(request.param)
    return found


def test_rule_packs_find_nothing_that_is_not_acknowledged(hub: Synthesised) -> None:
    assert findings(hub) == []


def test_cfn_lint_finds_nothing(hub: Synthesised) -> None:
    assert remarks(hub) == []
