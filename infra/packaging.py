"""What a function is made of: its own stage and the shared packages, and the dependencies as a layer beside it."""

import hashlib
import shutil
from pathlib import Path

from aws_cdk import AssetHashType, aws_lambda as lambda_

from infra.deployment import Deployment
from infra.layers import LAMBDA, ROOT, core_layer, this_machine

FUNCTIONS = ROOT / "build" / "functions"
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


class Packaging:
    """Makes the assets of one deployment; `core` is the folder of the dependency layer, built when it is not given."""

    def __init__(self, deployment: Deployment, core: Path | None = None) -> None:
        self._core = core or core_layer(this_machine() if deployment.emulated else LAMBDA)

    def core(self) -> lambda_.Code:
        # The folder's name is a digest of what is in it, so its 70 MB need not be read again.
        digest = hashlib.sha256(self._core.name.encode()).hexdigest()
        return lambda_.Code.from_asset(str(self._core), asset_hash=digest, asset_hash_type=AssetHashType.CUSTOM)

    def stage(self, name: str) -> lambda_.Code:
        return lambda_.Code.from_asset(str(stage_folder(name)))


def stage_folder(name: str) -> Path:
    """A fresh copy of just what the stage runs, so that a change elsewhere does not change its hash."""
    folder = FUNCTIONS / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "functions" / name, folder / "functions" / name, ignore=NOT_SHIPPED)
    shutil.copytree(ROOT / "shared", folder / "shared", ignore=NOT_SHIPPED)
    shutil.copy(ROOT / "functions" / "__init__.py", folder / "functions" / "__init__.py")
    return folder
