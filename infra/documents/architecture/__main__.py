"""`python -m infra.documents.architecture` synthesises the hub with stubs for its layers, and draws its templates."""

import json
import tempfile
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra.app import feature_flags
from infra.deployment import deployment_named
from infra.documents.architecture.drawing import PICTURE, drawn
from infra.documents.architecture.graph import graph_of
from infra.hub import add_hub
from infra.packaging import Packaging

DRAWN = "prod"


def templates(folder: Path) -> dict[str, Any]:
    deployment = deployment_named(DRAWN)
    app = App(context=feature_flags(), outdir=str(folder / "cdk.out"))
    hub = add_hub(app, deployment, Packaging.of_stubs(deployment, folder))
    app.synth()
    files = {name: folder / "cdk.out" / stack.template_file for name, stack in hub.stacks.items()}
    return {name: json.loads(file.read_text()) for name, file in files.items()}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(drawn(graph_of(templates(Path(folder)))))


if __name__ == "__main__":
    main()
