"""`python -m tests.jobs [--all]`: what the jobs of the pipelines type, one by one on this machine, in the order of a release.

Left out is what needs GitHub, an account in AWS or a tool that is not installed, and, without `--all`, `.ci/run`, which is
the longest. Each command runs once, as the pipelines' shell runs it. Exit status 1 if one failed.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from infra.release.notes import HEADING

ROOT = Path(__file__).parents[1]
WORKFLOWS = (*(ROOT / ".github" / "workflows" / f"{name}.yml" for name in ("ci", "security", "release")),)
ELSEWHERE = {
    r"\bgh ": "needs GitHub",
    r"\bgo run ": "needs Go",
    r"\bmake (--silent )?(deploy|deploy-built|smoke|watch|risen|released|undone)\b": "needs an account in AWS",
}
LONGEST = "bash .ci/run"
SHELL = ("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c")
EXPRESSION = re.compile(r"\$\{\{ (?:steps|needs)\.[\w-]+\.outputs\.(\w+) \}\}")


@dataclass(frozen=True, slots=True)
class Step:
    """What a job types, with what it gives into the environment."""

    job: str
    command: str
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def left_out(self) -> str | None:
        """Why it cannot run on this machine."""
        return next((why for pattern, why in ELSEWHERE.items() if re.search(pattern, self.command)), None)


def steps(workflow: Path) -> Iterator[Step]:
    """All that a workflow types, from its first job to its last."""
    for job, described in yaml.safe_load(workflow.read_text())["jobs"].items():
        for step in described["steps"]:
            if "run" in step:
                yield Step(f"{workflow.stem}/{job}", step["run"].strip(), step.get("env", {}))


def every_step() -> list[Step]:
    """What several jobs type alike stands there once."""
    first: dict[tuple[str, ...], Step] = {}
    for step in (step for workflow in WORKFLOWS for step in steps(workflow)):
        first.setdefault((step.command, *map(str, step.environment.values())), step)
    return list(first.values())


def main() -> int:
    outputs: dict[str, str] = {}
    failed = []
    for step in every_step():
        why = step.left_out or ("left to CI" if step.command == LONGEST and "--all" not in sys.argv else None)
        if why:
            _say(step, why)
            continue
        began = time.monotonic()
        status = run(step, outputs)
        _say(step, f"{time.monotonic() - began:.0f} s" + (f", FAILED ({status})" if status else ""))
        failed += [step] if status else []
    return 1 if failed else 0


def run(step: Step, outputs: dict[str, str]) -> int:
    """Its exit status; `outputs` gathers by name what steps put out."""
    with tempfile.NamedTemporaryFile("r") as told:
        given = {key: _filled(value, outputs) for key, value in step.environment.items()}
        environment = {**_machine(), **given, "GITHUB_OUTPUT": told.name}
        status = subprocess.run([*SHELL, step.command], cwd=ROOT, env=environment, check=False).returncode
        outputs.update(line.partition("=")[::2] for line in told.read().splitlines())
    return status


def _machine() -> dict[str, str]:
    """As on a machine of GitHub after the last release was tagged, and as if no make had called us."""
    ours = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MAKELEVEL", "MFLAGS"}}
    found = HEADING.search((ROOT / "CHANGELOG.md").read_text())
    return {**ours, "GITHUB_REF_NAME": f"v{found['version']}" if found else "", "GITHUB_STEP_SUMMARY": os.devnull}


def _filled(value: Any, outputs: Mapping[str, str]) -> str:
    return EXPRESSION.sub(lambda found: outputs.get(found[1], ""), str(value))


def _say(step: Step, what: str) -> None:
    first = step.command.partition("\n")[0]
    sys.stdout.write(f"{step.job:<24} {first:<90.90} {what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
