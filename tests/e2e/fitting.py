"""The templates of the hub without what an endpoint does not have, so that the rest of them can be deployed to it."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

Resource = Mapping[str, Any]


def fit(assembly: Path, lacks: Collection[str]) -> None:
    """In place, as the command line would deploy them."""
    for file in assembly.glob("*.template.json"):
        file.write_text(json.dumps(fitted(json.loads(file.read_text()), lacks)))


def fitted(template: Mapping[str, Any], lacks: Collection[str]) -> dict[str, Any]:
    resources = template.get("Resources", {})
    gone = {name for name, resource in resources.items() if _is_left_out(resource, lacks)}
    kept = {name: _fitted(resource, gone, lacks) for name, resource in resources.items() if name not in gone}
    changed: dict[str, Any] = _without_references({**template, "Resources": kept}, gone)
    return changed


def _is_left_out(resource: Resource, lacks: Collection[str]) -> bool:
    if resource["Type"] == "AWS::ApiGateway::Authorizer":
        return "authorizers" in lacks
    source = json.dumps(resource.get("Properties", {}).get("EventSourceArn", ""))
    return resource["Type"] == "AWS::Lambda::EventSourceMapping" and "StreamArn" in source and "table_streams" in lacks


def _fitted(resource: Resource, gone: Collection[str], lacks: Collection[str]) -> dict[str, Any]:
    made = dict(resource)
    if "DependsOn" in made:
        named = [made["DependsOn"]] if isinstance(made["DependsOn"], str) else made["DependsOn"]
        made["DependsOn"] = [name for name in named if name not in gone]
    if made["Type"] == "AWS::ApiGateway::Method" and "authorizers" in lacks:
        properties = {name: value for name, value in made["Properties"].items() if name != "AuthorizerId"}
        made["Properties"] = {**properties, "AuthorizationType": "NONE"}
    return made


def _without_references(value: Any, gone: Collection[str]) -> Any:
    """Whoever names what is left out, names nothing."""
    if isinstance(value, dict):
        if value.get("Ref") in gone:
            return "left-out"
        return {name: _without_references(inner, gone) for name, inner in value.items()}
    return [_without_references(inner, gone) for inner in value] if isinstance(value, list) else value
