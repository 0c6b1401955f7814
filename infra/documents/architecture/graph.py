"""The graph of the picture: stages, what wakes them, and what they write that wakes another one."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from infra.documents.architecture.resources import Resource, Resources, Templates

SHAPES: Final[Mapping[str, str]] = {
    "AWS::Kinesis::Stream": "stream",
    "AWS::DynamoDB::Table": "table",
    "AWS::S3::Bucket": "bucket",
    "AWS::Events::EventBus": "bus",
    "AWS::SQS::Queue": "queue",
    "AWS::SNS::Topic": "topic",
    "AWS::ApiGateway::RestApi": "api",
    "AWS::ApiGatewayV2::Api": "api",
}
STAGE: Final = "stage"
WRITES: Final = frozenset(
    (
        "dynamodb:BatchWriteItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "events:PutEvents",
        "kinesis:PutRecords",
        "s3:PutObject",
        "sns:Publish",
        "sqs:SendMessage",
    )
)
ALWAYS_DRAWN: Final = ("bucket",)
"""Buckets wake nobody, but the archive among them is where everything can be had again."""
APART: Final = ("failures", "detector states", "exports")
FEW: Final = 3
"""What every stage may write when it fails, or keeps for itself."""


@dataclass(frozen=True, slots=True)
class Node:
    """A box: a stage, or what stands between stages. `notes` are small lines in it."""

    id: str
    name: str
    shape: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Graph:
    """Boxes by id, and arrows from one to another."""

    nodes: Mapping[str, Node]
    arrows: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def graph_of(templates: Templates) -> Graph:
    resources = Resources(templates)
    waking = set(_waking(resources))
    woken_by = {source for source, _ in waking}
    written = {(stage, store) for stage, store in _written(resources) if _is_drawn(store, woken_by)}
    arrows = frozenset((start.id, end.id) for start, end in waking | written)
    nodes = {node.id: node for node in _nodes(resources, waking | written)}
    return Graph(nodes, arrows)


def _is_drawn(store: Resource, woken_by: Iterable[Resource]) -> bool:
    return store in woken_by or (SHAPES[store.kind] in ALWAYS_DRAWN and store.name not in APART)


def _nodes(resources: Resources, arrows: set[tuple[Resource, Resource]]) -> Iterator[Node]:
    drawn = {end.id: end for arrow in arrows for end in arrow}
    times = dict(_times(resources))
    kept = _kept(resources, drawn)
    for id_, found in drawn.items():
        if found.kind == "AWS::Lambda::Function":
            yield Node(id_, stage_of(found), STAGE, (*times.get(id_, ()), *kept.get(id_, ())))
        else:
            yield _store(found)


def _store(found: Resource) -> Node:
    node = Node(found.id, found.name, SHAPES[found.kind])
    if node.shape == "api":
        return replace(node, name="WebSocket API" if found.kind == "AWS::ApiGatewayV2::Api" else "REST API")
    return node


def stage_of(function: Resource) -> str:
    """functions.<stage>.handler.handler"""
    return str(function.properties["Handler"]).split(".")[1]


def _waking(resources: Resources) -> Iterator[tuple[Resource, Resource]]:
    for mapping in resources.of("AWS::Lambda::EventSourceMapping"):
        yield from _each(resources, mapping.properties["EventSourceArn"], mapping.properties["FunctionName"])
    for rule in resources.of("AWS::Events::Rule"):
        yield from _each(resources, rule.properties.get("EventBusName"), rule.properties.get("Targets"))
    for method in resources.of("AWS::ApiGateway::Method"):
        yield from _each(resources, method.properties["RestApiId"], method.properties.get("Integration", {}).get("Uri"))
    for authorizer in resources.of("AWS::ApiGateway::Authorizer"):
        yield from _each(resources, authorizer.properties["RestApiId"], authorizer.properties["AuthorizerUri"])
    for integration in resources.of("AWS::ApiGatewayV2::Integration"):
        yield from _each(resources, integration.properties["ApiId"], integration.properties["IntegrationUri"])


def _each(resources: Resources, source: object, woken: object) -> Iterator[tuple[Resource, Resource]]:
    """From what is drawn to every stage, queue or topic that it wakes."""
    sources = [found for found in resources.referred(source) if found.kind in SHAPES]
    stages = [found for found in resources.functions_in(woken) if _is_stage(found)]
    targets = [found for found in resources.referred(woken) if found.kind in {"AWS::SQS::Queue", "AWS::SNS::Topic"}]
    told = [target for target in targets if not _is_dead_letter(target)]
    return ((start, end) for start in sources for end in (*stages, *told))


def _is_stage(function: Resource) -> bool:
    return str(function.properties["Handler"]).startswith("functions.")


def _is_dead_letter(queue: Resource) -> bool:
    return "Dead" in queue.id or "Undelivered" in queue.id


def _written(resources: Resources) -> Iterator[tuple[Resource, Resource]]:
    """What the policies of each stage's role let it write."""
    for stage, statement in _granted(resources):
        if WRITES & set(_listed(statement["Action"])):
            stores = resources.referred(statement["Resource"])
            yield from ((stage, store) for store in stores if store.kind in SHAPES)


def _granted(resources: Resources) -> Iterator[tuple[Resource, Mapping[str, Any]]]:
    of_role = {
        role.id: function
        for function in resources.of("AWS::Lambda::Function")
        if _is_stage(function)
        for role in resources.referred(function.properties["Role"])
    }
    for policy in resources.of("AWS::IAM::Policy"):
        stages = [of_role[role.id] for role in resources.referred(policy.properties["Roles"]) if role.id in of_role]
        for statement in policy.properties["PolicyDocument"]["Statement"]:
            yield from ((stage, statement) for stage in stages)


def _listed(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


def _times(resources: Resources) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Which stages the clock wakes, and how often."""
    for rule in resources.of("AWS::Events::Rule"):
        if schedule := rule.properties.get("ScheduleExpression"):
            often = str(schedule).removeprefix("rate(").removesuffix(")").removeprefix("1 ")
            for stage in resources.functions_in(rule.properties["Targets"]):
                yield stage.id, (f"every {often}",)


def _kept(resources: Resources, drawn: Mapping[str, Resource]) -> dict[str, tuple[str, ...]]:
    """Tables that a stage writes and nobody is woken by."""
    kept: dict[str, set[str]] = {}
    for stage, store in _written(resources):
        if store.kind == "AWS::DynamoDB::Table" and store.id not in drawn:
            kept.setdefault(stage.id, set()).add(store.name)
    return {stage: _shortened(sorted(names)) for stage, names in kept.items()}


def _shortened(names: list[str]) -> tuple[str, ...]:
    if len(names) >= FEW:
        return (f"keeps {len(names)} tables",)
    return tuple(f"keeps {name}" for name in names)
