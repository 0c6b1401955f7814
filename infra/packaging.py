"""What a function is made of: its own stage and the shared packages, and the dependencies as a layer beside it."""

import hashlib
import shutil
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import AssetHashType, aws_lambda as lambda_

from infra.deployment import Deployment
from infra.layers import LAMBDA, PACKAGES, ROOT, compile_in, finished, layer_folder, this_machine, unfinished_beside
from infra.web import built_site

FUNCTIONS = ROOT / "build" / "functions"
NOT_SHIPPED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*", "web")
CONSOLE = "console"


class Packaging:
    """Makes the assets of one deployment; `layers` are folders by name, `site` is that of the console's page: what is not
    given is built, once a function needs it.
    """

    def __init__(
        self, deployment: Deployment, layers: Mapping[str, Path] | None = None, site: Path | None = None
    ) -> None:
        self._layers = layers or {}
        self._site = site
        self._target = this_machine() if deployment.emulated else LAMBDA

    @classmethod
    def of_stubs(cls, deployment: Deployment, folder: Path) -> "Packaging":
        """For whoever looks at templates alone: what functions are made of changes no other property."""
        stub = folder / "stub"
        (stub / "python").mkdir(parents=True)
        (stub / "python" / "stub.py").touch()
        return cls(deployment, dict.fromkeys(PACKAGES, stub), stub)

    def layer(self, name: str) -> lambda_.Code:
        # The folder's name is a digest of what is in it, so the tens of MB need not be read again.
        folder = self._layers.get(name) or layer_folder(name, self._target)
        return _asset(folder, _digest(folder.name.encode()))

    def stage(self, name: str) -> lambda_.Code:
        unfinished = stage_folder(name, unfinished_beside(FUNCTIONS))
        if name == CONSOLE:
            shutil.copytree(self._site or built_site(), unfinished / "functions" / CONSOLE / "site")
        digest = _digest(_content(unfinished))
        compile_in(unfinished, python=self._target.python, seen_as="/var/task")
        return _asset(finished(unfinished, FUNCTIONS / f"{name}-{self._target.python}-{digest[:16]}"), digest)


def stage_folder(name: str, folder: Path) -> Path:
    """Copies just what the stage runs into the empty `folder`, so that a change elsewhere does not change its hash."""
    shutil.copytree(ROOT / "functions" / name, folder / "functions" / name, ignore=NOT_SHIPPED)
    shutil.copytree(ROOT / "shared", folder / "shared", ignore=NOT_SHIPPED)
    shutil.copy(ROOT / "functions" / "__init__.py", folder / "functions" / "__init__.py")
    return folder


def _content(folder: Path) -> bytes:
    """The same on every machine: names and bytes of the sources, whatever byte code comes beside them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    digests = [
        path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
        for path in files
    ]
    return b"".join(digests)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _asset(folder: Path, digest: str) -> lambda_.Code:
    return lambda_.Code.from_asset(str(folder), asset_hash=digest, asset_hash_type=AssetHashType.CUSTOM)
