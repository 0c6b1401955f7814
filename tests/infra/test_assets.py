"""Each function runs from its own asset, with the layer and Lambda's runtime and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.packaging import stage_folder
from tests.infra.synthesised import STAGES, Synthesised

OF_THE_LAYER = {
    "annotated_types",
    "aws_lambda_powertools",
    "backports",
    "jmespath",
    "msgspec",
    "numpy",
    "pybase64",
    "pydantic",
    "pydantic_core",
    "typing_extensions",
    "typing_inspection",
    "zstandard",
}
# botocore takes certifi where it finds it, and urllib3 brotli; both do without.
OF_THE_RUNTIME = {"_brotli", "boto3", "botocore", "brotli", "certifi", "dateutil", "s3transfer", "six", "urllib3"}

# Prints what was imported from installed packages.
IMPORT_HANDLER = """
import importlib, sys
importlib.import_module(sys.argv[1])
places = {name: getattr(module, "__file__", None) or "" for name, module in sys.modules.items()}
print(*{name.split(".")[0] for name, place in places.items() if "site-packages" in place})
"""


def imported_by(handler: str, asset: Path, environment: dict[str, str]) -> set[str]:
    """The installed packages that a handler's import loads, in an interpreter that sees only its asset."""
    nowhere = {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1", "PATH": os.defpath}
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none", "AWS_EC2_METADATA_DISABLED": "true"}
    loaded = subprocess.run(
        [sys.executable, "-c", IMPORT_HANDLER, handler],
        cwd=asset,
        env={**nowhere, **keys, **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return set(loaded.stdout.split())


@pytest.mark.parametrize("stage", STAGES)
def test_handler_starts_from_its_asset_with_what_layer_and_runtime_hold(
    stage: str, prod: Synthesised, tmp_path: Path
) -> None:
    handler = prod.functions()[stage]["Handler"].removesuffix(".handler")

    imported = imported_by(handler, stage_folder(stage, tmp_path), prod.environment(stage))

    assert imported - OF_THE_LAYER - OF_THE_RUNTIME == set()


@pytest.mark.parametrize("stage", STAGES)
def test_asset_holds_only_its_stage_and_shared(stage: str, tmp_path: Path) -> None:
    folder = stage_folder(stage, tmp_path)

    assert sorted(path.name for path in folder.iterdir()) == ["functions", "shared"]
    assert sorted(path.name for path in (folder / "functions").iterdir()) == ["__init__.py", stage]
    assert not list(folder.rglob("__pycache__"))
