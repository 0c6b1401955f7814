"""The bill of a hub: every resource of its synthesised templates, and the metrics that its stages send."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from aws_cdk import App

from infra.app import feature_flags
from infra.deployment import Deployment
from infra.hub import add_hub
from infra.packaging import Packaging
from perf.cost.hubs import Shape
from perf.cost.pricing import Line, line_of
from perf.cost.usage import SECONDS, usage_of
from shared.observability.metrics import MetricName

HERE: Final = Path(__file__).parent
EMITTED: Final = "CloudWatch metrics"
Resource = tuple[str, Mapping[str, Any]]
"""Its logical id, and what the template says of it."""


@dataclass(frozen=True, slots=True)
class Bill:
    shape: Shape
    lines: tuple[Line, ...]

    @property
    def month_usd(self) -> float:
        return sum(line.month_usd for line in self.lines)

    @property
    def per_million_usd(self) -> float:
        return self.month_usd / (self.shape.events_per_second * SECONDS) * 1e6

    def by_kind(self) -> dict[str, float]:
        """USD a month, the dearest first."""
        found: dict[str, float] = {}
        for line in self.lines:
            found[line.kind] = found.get(line.kind, 0.0) + line.month_usd
        return dict(sorted(found.items(), key=lambda pair: -pair[1]))


def bill_of(shape: Shape, resources: Iterable[Resource]) -> Bill:
    """Of a hub with these resources; its size changes what they hold and do, and not which they are."""
    prices, measured = (tomllib.loads((HERE / name).read_text()) for name in ("prices.toml", "measured.toml"))
    usage = usage_of(shape, measured)
    lines = [line_of(name, each, usage, prices) for name, each in resources]
    emitted = Line(EMITTED, "metrics", len(MetricName) * prices["cloudwatch"]["metric_month"])
    return Bill(shape, (*(line for line in lines if line), emitted))


def resources_of(deployment: Deployment) -> list[Resource]:
    """Of every stack; what functions are made of does not change what they cost."""
    with TemporaryDirectory() as folder:
        app = App(context=feature_flags(), outdir=f"{folder}/cdk.out")
        hub = add_hub(app, deployment, Packaging.of_stubs(deployment, Path(folder)))
        app.synth()
        templates = [
            json.loads((Path(folder) / "cdk.out" / stack.template_file).read_text()) for stack in hub.stacks.values()
        ]
    return [pair for template in templates for pair in template["Resources"].items()]
