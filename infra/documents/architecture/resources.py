"""What refers to what in the templates of one hub, across its stacks."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Templates = Mapping[str, Mapping[str, Any]]
_HASH = re.compile(r"[0-9A-F]{8}$")
_WORD = re.compile(r"[A-Z][a-z]*")
_LONG = 3


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of a template."""

    id: str
    kind: str
    properties: Mapping[str, Any] = field(compare=False)

    @property
    def name(self) -> str:
        """Its id without what CDK appends, or the last word of a long one, which names what is inside of something.

        >>> Resource("WindowStateA3B01D0B", "AWS::DynamoDB::Table", {}).name
        'window state'
        """
        words = _WORD.findall(_HASH.sub("", self.id))
        return " ".join(words if len(words) < _LONG else words[-1:]).lower()


class Resources:
    """All resources of a hub, by id, and the ids that a value of a template leads to."""

    def __init__(self, templates: Templates) -> None:
        self._resources = {
            id_: Resource(id_, found["Type"], found.get("Properties", {}))
            for template in templates.values()
            for id_, found in template["Resources"].items()
        }
        self._exports = {
            output["Export"]["Name"]: output["Value"]
            for template in templates.values()
            for output in template.get("Outputs", {}).values()
            if "Export" in output
        }

    def __getitem__(self, id_: str) -> Resource:
        return self._resources[id_]

    def of(self, kind: str) -> list[Resource]:
        return [found for found in self._resources.values() if found.kind == kind]

    def referred(self, value: object) -> Iterator[Resource]:
        """Every resource that the value names by Ref, GetAtt or the export of another stack."""
        for key, inner in _items(value):
            match key, inner:
                case "Ref", str(id_) if id_ in self._resources:
                    yield self._resources[id_]
                case "Fn::GetAtt", [str(id_), *_] if id_ in self._resources:
                    yield self._resources[id_]
                case "Fn::ImportValue", str(name):
                    yield from self.referred(self._exports.get(name))
                case _:
                    yield from self.referred(inner)

    def functions_in(self, value: object) -> Iterator[Resource]:
        """The functions that the value names, by an alias too."""
        for found in self.referred(value):
            if found.kind == "AWS::Lambda::Alias":
                yield from self.functions_in(found.properties["FunctionName"])
            elif found.kind == "AWS::Lambda::Function":
                yield found


def _items(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from (("", inner) for inner in value)
