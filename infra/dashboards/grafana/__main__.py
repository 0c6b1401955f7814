"""`python -m infra.dashboards.grafana build/dashboards`: a file for each dashboard, to import into Grafana as it is."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard

from infra.dashboards.grafana.cost import cost
from infra.dashboards.grafana.governance import governance
from infra.dashboards.grafana.overview import overview
from infra.dashboards.grafana.pipeline import pipeline
from infra.dashboards.grafana.security import security

DASHBOARDS = (overview, cost, security, governance, pipeline)


def written(dashboard: Dashboard) -> str:
    return json.dumps(dashboard, cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"


def write(folder: Path) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{make.__name__}.json" for make in DASHBOARDS]
    for file, make in zip(files, DASHBOARDS, strict=True):
        file.write_text(written(make()))
    return files


def main() -> int:
    parser = ArgumentParser(prog="python -m infra.dashboards.grafana", description=__doc__)
    parser.add_argument("folder", type=Path)
    for file in write(parser.parse_args().folder):
        print(file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
