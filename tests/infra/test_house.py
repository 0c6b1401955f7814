"""The tools that build the hub are pinned, each in one place."""

import json
import re
from pathlib import Path

from infra.app import feature_flags
from infra.layers import LAMBDA, ROOT

LOCKED = json.loads((ROOT / "package-lock.json").read_text())


def text_of(name: str) -> str:
    return Path(ROOT / name).read_text()


def test_command_line_of_the_cdk_is_pinned_exactly() -> None:
    wanted = json.loads(text_of("package.json"))["devDependencies"]["aws-cdk"]

    assert re.fullmatch(r"\d+\.\d+\.\d+", wanted)
    assert LOCKED["packages"]["node_modules/aws-cdk"]["version"] == wanted


def test_lock_names_contents_and_no_place_to_get_them() -> None:
    packages = [package for name, package in LOCKED["packages"].items() if name]

    assert all(package["integrity"] for package in packages)
    assert not [package for package in packages if "resolved" in package]


def test_makefile_finds_the_pin_of_uv() -> None:
    assert len(re.findall(r'"uv==[0-9.]+"', text_of("pyproject.toml"))) == 1


def test_layer_is_made_for_the_python_of_the_functions() -> None:
    assert LAMBDA.python == "3.13"
    assert LAMBDA.platform == "aarch64-manylinux_2_28"


def test_stacks_refer_to_each_other_in_the_way_that_every_emulator_knows() -> None:
    assert feature_flags()["@aws-cdk/core:defaultCrossStackReferences"] == "strong"


def test_ci_makes_what_a_developer_makes() -> None:
    assert "make test" in text_of(".ci/run")
    assert "bash .ci/run" in text_of(".github/workflows/ci.yml")


def test_readme_names_every_stage_and_every_target() -> None:
    stages = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    targets = set(re.findall(r"^([a-z]+):.*##", text_of("Makefile"), re.MULTILINE))

    assert set(re.findall(r"^\| `functions/(\w+)`", text_of("README.md"), re.MULTILINE)) == stages
    assert set(re.findall(r"make (\w+)", text_of("README.md"))) - {"python3"} <= targets


def test_readme_is_read_in_one_go_and_shows_the_console_and_the_architecture() -> None:
    text = text_of("README.md")
    linked = re.findall(r"\]\((?!https?:)([^)#]+)\)", text)

    assert len(text.splitlines()) <= 120
    assert {"docs/pictures/console.png", "docs/pictures/architecture.svg"} <= set(linked)
    assert [name for name in linked if not (ROOT / name).exists()] == []


def test_every_figure_of_the_readme_has_the_command_that_makes_it() -> None:
    table = text_of("README.md").partition("| promise | measured | by |\n|---|---|---|\n")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]

    assert rows
    assert [promise for promise, _, by in rows if not re.match(r"`(make|python -m) ", by)] == []
