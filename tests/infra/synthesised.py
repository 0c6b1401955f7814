"""A synthesised hub, read as the CloudFormation templates that it is."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aws_cdk import App

from infra.app import add_rule_packs, feature_flags
from infra.deployment import Deployment
from infra.hub import add_hub
from infra.packaging import Packaging

Properties = Mapping[str, Any]
STAGES = (
    "access",
    "aggregation",
    "anomaly",
    "archive",
    "console",
    "correlation",
    "forecasting",
    "heartbeat",
    "ingestion",
    "live",
    "privacy",
    "query",
    "redrive",
    "rollup",
    "watch",
)
STAGES_OF_KAFKA = ("topic",)
STAGES_OF_MIRROR = ("timestream",)
OF_CDK = ("AWS", "EventTopicBrokers")
"""What CDK brings along to ask AWS for what CloudFormation does not tell."""


@dataclass(frozen=True)
class Synthesised:
    """The templates of one deployment by the last word of their stacks' names, and the assembly they are in."""

    deployment: Deployment
    folder: Path
    templates: Mapping[str, Any]
    protected: Mapping[str, bool]

    def resources(self, kind: str) -> dict[str, Any]:
        """All resources of a type, by logical id, whatever their stack."""
        return {
            name: resource
            for template in self.templates.values()
            for name, resource in template["Resources"].items()
            if resource["Type"] == kind
        }

    def properties(self, kind: str) -> list[Properties]:
        return [resource["Properties"] for resource in self.resources(kind).values()]

    def functions(self) -> dict[str, Properties]:
        """The properties of each stage's function; those that CDK brings along have other names."""
        functions = self.properties("AWS::Lambda::Function")
        return {stage_of(found): found for found in functions if found["Handler"].startswith("functions.")}

    def environment(self, stage: str) -> dict[str, str]:
        """What the function finds; names of resources, which only a deployment knows, are all "name"."""
        variables = self.functions()[stage]["Environment"]["Variables"]
        return {name: value if isinstance(value, str) else "name" for name, value in variables.items()}

    def actions(self) -> dict[str, list[str]]:
        """The IAM actions of each stage, sorted."""
        allowed: dict[str, set[str]] = {stage: set() for stage in self.functions()}
        for name, policy in self.resources("AWS::IAM::Policy").items():
            if not name.startswith(OF_CDK):
                for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
                    allowed[_stage_in(name)].update(_listed(statement["Action"]))
        return {stage: sorted(actions) for stage, actions in allowed.items()}

    def template_files(self) -> list[Path]:
        return sorted(self.folder.glob("*.template.json"))


def synthesise(deployment: Deployment, folder: Path) -> Synthesised:
    """With both rule packs: a finding that nobody acknowledged fails right here."""
    app = App(context=feature_flags(), outdir=str(folder / "cdk.out"))
    hub = add_hub(app, deployment, Packaging.of_stubs(deployment, folder))
    add_rule_packs(app)
    app.synth()
    return Synthesised(
        deployment=deployment,
        folder=folder / "cdk.out",
        templates={
            key: json.loads((folder / "cdk.out" / stack.template_file).read_text()) for key, stack in hub.stacks.items()
        },
        protected={key: bool(stack.termination_protection) for key, stack in hub.stacks.items()},
    )


def stage_of(function: Properties) -> str:
    """functions.<stage>.handler.handler"""
    return str(function["Handler"]).split(".")[1]


def strings(value: object) -> Iterator[str]:
    """Every string anywhere in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


def _stage_in(logical_id: str) -> str:
    stages = (*STAGES, *STAGES_OF_KAFKA, *STAGES_OF_MIRROR)
    return next(stage for stage in stages if logical_id.lower().removeprefix("eventtopic").startswith(stage))


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions
